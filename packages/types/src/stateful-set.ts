import * as z from 'zod';

import { ObjectMeta } from './meta.ts';

/** The part of an apps/v1 StatefulSet that the workspace-controller decides from. */
export const StatefulSet = z.object({
  metadata: ObjectMeta,
  spec: z
    .object({
      replicas: z.int().optional(),
      template: z
        .object({ metadata: z.object({ annotations: z.record(z.string(), z.string()).optional() }).optional() })
        .optional(),
    })
    .default({}),
  status: z
    .object({
      observedGeneration: z.int().optional(),
      replicas: z.int().optional(),
      readyReplicas: z.int().optional(),
      updatedReplicas: z.int().optional(),
      /** The name of the revision that its template has now; pods carry theirs in `controller-revision-hash`. */
      updateRevision: z.string().optional(),
    })
    .default({}),
});
export type StatefulSet = z.infer<typeof StatefulSet>;
