import * as z from 'zod';

import { Condition, ObjectMeta } from './meta.ts';

/** The part of a karpenter.sh/v1 NodePool that the workspace-controller decides from. */
export const NodePool = z.object({
  metadata: ObjectMeta,
  spec: z.object({ replicas: z.int().optional() }).default({}),
  status: z
    .object({
      nodes: z.int().optional(),
      conditions: z.array(Condition.partial({ reason: true, message: true })).optional(),
    })
    .default({}),
});
export type NodePool = z.infer<typeof NodePool>;
