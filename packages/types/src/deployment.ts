import * as z from 'zod';

import { ObjectMeta } from './meta.ts';

const DeploymentCondition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

/** The part of an apps/v1 Deployment that the workspace-controller decides from. */
export const Deployment = z.object({
  metadata: ObjectMeta,
  spec: z.object({ replicas: z.int().optional() }).default({}),
  status: z
    .object({
      observedGeneration: z.int().optional(),
      replicas: z.int().optional(),
      readyReplicas: z.int().optional(),
      updatedReplicas: z.int().optional(),
      conditions: z.array(DeploymentCondition).optional(),
    })
    .default({}),
});
export type Deployment = z.infer<typeof Deployment>;
