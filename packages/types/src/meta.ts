import * as z from 'zod';

export const OwnerReference = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  controller: z.boolean().optional(),
  blockOwnerDeletion: z.boolean().optional(),
});
export type OwnerReference = z.infer<typeof OwnerReference>;

/** The part of Kubernetes' object metadata that a controller decides from. */
export const ObjectMeta = z.object({
  name: z.string(),
  namespace: z.string().optional(),
  uid: z.string(),
  resourceVersion: z.string(),
  generation: z.int().optional(),
  creationTimestamp: z.string(),
  deletionTimestamp: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  finalizers: z.array(z.string()).optional(),
  ownerReferences: z.array(OwnerReference).optional(),
});
export type ObjectMeta = z.infer<typeof ObjectMeta>;

/** Any object, of which nothing but its metadata is read. */
export const MetadataOnly = z.object({ metadata: ObjectMeta });
export type MetadataOnly = z.infer<typeof MetadataOnly>;

/** A status condition in the shape of Kubernetes' `metav1.Condition`. */
export const Condition = z.object({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string(),
  message: z.string(),
  observedGeneration: z
    .int()
    .meta({ k8s: { format: 'int64' } })
    .optional(),
  lastTransitionTime: z.string().meta({ k8s: { format: 'date-time' } }),
});
export type Condition = z.infer<typeof Condition>;

/** Kubernetes' `metav1.LabelSelector`. */
export const LabelSelector = z
  .object({
    matchExpressions: z
      .array(
        z.object({
          key: z.string(),
          operator: z.string(),
          values: z
            .array(z.string())
            .meta({ k8s: { 'x-kubernetes-list-type': 'atomic' } })
            .optional(),
        }),
      )
      .meta({ k8s: { 'x-kubernetes-list-type': 'atomic' } })
      .optional(),
    matchLabels: z.record(z.string(), z.string()).optional(),
  })
  .meta({ k8s: { 'x-kubernetes-map-type': 'atomic' } });
export type LabelSelector = z.infer<typeof LabelSelector>;

export const Taint = z.object({
  key: z.string(),
  value: z.string().optional(),
  effect: z.string(),
  timeAdded: z
    .string()
    .meta({ k8s: { format: 'date-time' } })
    .optional(),
});
export type Taint = z.infer<typeof Taint>;
