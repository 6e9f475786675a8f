import * as z from 'zod';

import { ObjectMeta, Taint } from './meta.ts';
import { Quantity } from './quantity.ts';

const NodeCondition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  // The API server answers null where nobody has set it.
  lastTransitionTime: z
    .string()
    .nullish()
    .transform((time) => time ?? undefined)
    .optional(),
});

/** The part of a core/v1 Node that the programs decide from. */
export const Node = z.object({
  metadata: ObjectMeta,
  spec: z
    .object({
      providerID: z.string().optional(),
      unschedulable: z.boolean().optional(),
      taints: z.array(Taint).optional(),
    })
    .default({}),
  status: z
    .object({
      capacity: z.record(z.string(), Quantity).optional(),
      allocatable: z.record(z.string(), Quantity).optional(),
      conditions: z.array(NodeCondition).optional(),
    })
    .default({}),
});
export type Node = z.infer<typeof Node>;
