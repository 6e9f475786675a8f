import * as z from 'zod';

import { ObjectMeta } from './meta.ts';
import { everyRequirement, LABEL_VALUE, QUALIFIED_NAME, requirementKey } from './node-claim-rules.ts';
import { Quantity } from './quantity.ts';

/*
 * What the CRD demands beyond a field's type is said to the API server only (`k8s`): an object that a later CRD
 * admitted, with an operator that this one lacks for example, can still be read here.
 */

const quantities = z.record(z.string(), Quantity);
const dateTime = z.string().meta({ k8s: { format: 'date-time' } });

/** One node selector requirement; of the known operators, Gt and Lt take one number, Exists and DoesNotExist nothing. */
const Requirement = z.object({
  key: z.string().meta({ k8s: requirementKey }),
  operator: z.string().meta({ k8s: { enum: ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'] } }),
  values: z
    .array(z.string())
    .meta({ k8s: { 'x-kubernetes-list-type': 'atomic', maxLength: 63, pattern: LABEL_VALUE } })
    .optional(),
  minValues: z
    .int()
    .meta({ k8s: { minimum: 1, maximum: 50 } })
    .optional(),
});

const ClaimTaint = z.object({
  key: z.string().meta({ k8s: { minLength: 1, pattern: QUALIFIED_NAME } }),
  value: z
    .string()
    .meta({ k8s: { pattern: QUALIFIED_NAME } })
    .optional(),
  effect: z.string().meta({ k8s: { enum: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] } }),
  timeAdded: dateTime.optional(),
});

const NodeClassRef = z.object({
  group: z.string().meta({ k8s: { pattern: '^[^/]*$', rules: [notEmpty('group')] } }),
  kind: z.string().meta({ k8s: { rules: [notEmpty('kind')] } }),
  name: z.string().meta({ k8s: { rules: [notEmpty('name')] } }),
});

/** Unlike Kubernetes' own conditions these may lack a reason and a message. */
const NodeClaimCondition = z.object({
  type: z.string().meta({
    k8s: {
      maxLength: 316,
      pattern:
        '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$',
    },
  }),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z
    .string()
    .meta({ k8s: { maxLength: 1024, pattern: '^([A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?|)$' } })
    .optional(),
  message: z
    .string()
    .meta({ k8s: { maxLength: 32_768 } })
    .optional(),
  observedGeneration: z
    .int()
    .meta({ k8s: { format: 'int64', minimum: 0 } })
    .optional(),
  lastTransitionTime: dateTime,
});

const NodeClaimSpec = z
  .object({
    taints: z.array(ClaimTaint).optional(),
    startupTaints: z.array(ClaimTaint).optional(),
    requirements: z.array(Requirement).meta({ k8s: { maxItems: 100, rules: everyRequirement } }),
    resources: z.object({ requests: quantities.optional() }).optional(),
    nodeClassRef: NodeClassRef,
    terminationGracePeriod: z
      .string()
      .meta({ k8s: { pattern: '^([0-9]+(s|m|h))+$' } })
      .optional(),
    expireAfter: z
      .string()
      .meta({ k8s: { pattern: '^(([0-9]+(s|m|h))+|Never)$' } })
      .optional(),
  })
  .meta({ k8s: { rules: [{ rule: 'self == oldSelf', message: 'spec is immutable' }] } });

const NodeClaimStatus = z.object({
  nodeName: z.string().optional(),
  providerID: z.string().optional(),
  imageID: z.string().optional(),
  capacity: quantities.optional(),
  allocatable: quantities.optional(),
  conditions: z.array(NodeClaimCondition).optional(),
  lastPodEventTime: dateTime.optional(),
});

/** A request for one node, of Karpenter's NodeClaim era (`karpenter.sh/v1`, provisioner.md 1.2.1). */
export const NodeClaim = z.object({
  metadata: ObjectMeta,
  spec: NodeClaimSpec,
  status: NodeClaimStatus.optional(),
});
export type NodeClaim = z.infer<typeof NodeClaim>;

function notEmpty(field: string): { rule: string; message: string } {
  return { rule: "self != ''", message: `${field} may not be empty` };
}
