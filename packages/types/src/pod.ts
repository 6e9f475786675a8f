import * as z from 'zod';

import { ObjectMeta } from './meta.ts';

const ContainerState = z.object({
  waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
  running: z.object({ startedAt: z.string().optional() }).optional(),
  terminated: z.object({ exitCode: z.int(), reason: z.string().optional(), message: z.string().optional() }).optional(),
});

const ContainerStatus = z.object({
  name: z.string(),
  ready: z.boolean(),
  restartCount: z.int(),
  state: ContainerState.optional(),
  lastState: ContainerState.optional(),
});

const PodCondition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

/** The part of a core/v1 Pod that the controllers decide from; the node agent reads its own, larger part. */
export const Pod = z.object({
  metadata: ObjectMeta,
  spec: z
    .object({
      nodeName: z.string().optional(),
      priorityClassName: z.string().optional(),
      terminationGracePeriodSeconds: z.int().optional(),
      tolerations: z
        .array(
          z.object({
            key: z.string().optional(),
            operator: z.string().optional(),
            value: z.string().optional(),
            effect: z.string().optional(),
          }),
        )
        .optional(),
    })
    .default({}),
  status: z
    .object({
      phase: z.string().optional(),
      reason: z.string().optional(),
      message: z.string().optional(),
      conditions: z.array(PodCondition).optional(),
      initContainerStatuses: z.array(ContainerStatus).optional(),
      containerStatuses: z.array(ContainerStatus).optional(),
    })
    .default({}),
});
export type Pod = z.infer<typeof Pod>;
