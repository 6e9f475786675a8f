import { parseArgs } from 'node:util';

import { flagProblem } from '@kaito/controller-runtime';
import * as z from 'zod';

export const HELP = `Usage: npm run explore -- [--schedules N] [--seed S] [--workers W]

Runs both controllers' real code against models of the API server, the cluster and the cloud, in virtual time, and
checks after every step that nothing is broken. A schedule is one whole life, from nothing to quiet.

First every single fault at every effect of every scenario; what is left of N is shared between pairs of faults and
random histories, chosen by the seed. The same N and S print the same.

Examples
  npm run explore                                       every single fault, and as many pairs and histories
  npm run explore -- --schedules 20000 --seed 7
  npm run explore -- --more 500                         besides the single faults, so many others
  npm run explore -- --every 3 --seed 20000             a third of the single faults, another one for the next seed
  npm run explore -- --scenario 'create and delete'     single faults of one scenario
  npm run explore -- --list                             the scenarios
  npm run explore -- --mutations                        which planted bug is caught by which statement
  npm run explore -- --mutations --mutation 'hot requeue'
  npm run explore -- --replay 'create and delete#17:crash-after@7'
  npm run explore -- --replay 'create#3:stale-5@7' --mutation 'hot requeue'
`;

const count = z
  .string()
  .regex(/^\d{1,9}$/u, 'expected a whole number')
  .transform(Number);

const Options = z.object({
  schedules: count.optional(),
  more: count.optional(),
  every: count.pipe(z.int().min(1, 'expected a whole number from 1')).default(1),
  seed: count.default(1),
  workers: count.default(2),
  scenario: z.string().optional(),
  replay: z.string().optional(),
  mutation: z.string().optional(),
  mutations: z.boolean().default(false),
  list: z.boolean().default(false),
  help: z.boolean().default(false),
});

export type ExploreOptions = z.infer<typeof Options>;

/** Sentences that say what is wrong, when something is. */
export function readOptions(args: readonly string[]): ExploreOptions | readonly string[] {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        schedules: { type: 'string' },
        more: { type: 'string' },
        every: { type: 'string' },
        seed: { type: 'string' },
        workers: { type: 'string' },
        scenario: { type: 'string' },
        replay: { type: 'string' },
        mutation: { type: 'string' },
        mutations: { type: 'boolean' },
        list: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    const parsed = Options.safeParse(values);
    return parsed.success
      ? parsed.data
      : parsed.error.issues.map(({ message, path }) => `--${path.join('.')}: ${message}`);
  } catch (error) {
    return [flagProblem(error)];
  }
}
