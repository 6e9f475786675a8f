import * as z from 'zod';

import { FAULT_KINDS } from '../simulation/fault.ts';

const Planned = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('scenario'),
    scenario: z.string(),
    seed: z.number(),
    faults: z.array(z.object({ effect: z.number(), kind: z.enum(FAULT_KINDS) })).readonly(),
  }),
  z.object({ kind: z.literal('history'), seed: z.number() }),
]);

/** What came of some of the schedules, as it goes from thread to thread. */
export const Findings = z.object({
  schedules: z.number(),
  effects: z.number(),
  /** Digests of the states that were seen. */
  states: z.array(z.number()),
  violations: z.array(
    z.object({ planned: Planned, violation: z.object({ invariant: z.string(), message: z.string() }) }),
  ),
});

export type Findings = z.infer<typeof Findings>;
