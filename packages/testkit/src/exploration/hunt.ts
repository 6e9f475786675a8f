import { performTogether } from './crew.ts';
import type { Violation } from './invariants/index.ts';
import { MUTATIONS } from './mutations/catalogue.ts';
import { lineOf } from './mutations/mutate-sources.ts';
import type { Mutation } from './mutations/mutation.ts';
import { perform } from './perform.ts';
import { faultPairs, quoted, replayLine, singleFaults } from './planned-run.ts';
import type { PlannedRun } from './planned-run.ts';

interface Catch {
  readonly planned: PlannedRun;
  readonly violation: Violation;
  readonly schedules: number;
}

export interface HuntOptions {
  readonly seed: number;
  readonly workers: number;
  /** Only this one. */
  readonly mutation?: string | undefined;
}

/** After the single faults of its scenario, so many pairs of faults are tried. */
const PAIRS = 1000;

/** Looks for each planted bug until a statement catches it; how many were missed. */
export async function huntMutations(options: HuntOptions, say: (line: string) => void): Promise<number> {
  const hunted = MUTATIONS.filter(({ name }) => options.mutation === undefined || name === options.mutation);
  if (hunted.length === 0) {
    throw new RangeError(`there is no mutation "${options.mutation ?? ''}"`);
  }
  let missed = 0;
  for (const mutation of hunted) {
    const caught = await hunt(mutation, options);
    const lines = caught === undefined ? [missedLine(mutation)] : await caughtLines(mutation, caught);
    lines.forEach(say);
    missed += lines[0]?.startsWith('caught') === true ? 0 : 1;
  }
  say('');
  say(`${hunted.length - missed} caught, ${missed} missed, 0 pending`);
  return missed;
}

function missedLine(mutation: Mutation): string {
  return `MISSED  ${mutation.name}  (${placeOf(mutation)})`;
}

/** The same schedule must pass where the bug is not. */
async function caughtLines(mutation: Mutation, { planned, schedules, violation }: Catch): Promise<readonly string[]> {
  const unmutated = await perform(planned);
  const verdict = unmutated.violation === undefined ? 'caught' : 'FAILS ANYWAY';
  return [
    `${verdict}  ${mutation.name}  (${placeOf(mutation)})`,
    `        by "${violation.invariant}", after ${schedules} schedules: ${violation.message}`,
    `        npm run explore -- --mutation ${quoted(mutation.name)} --replay ${quoted(replayLine(planned))}`,
  ];
}

function placeOf(mutation: Mutation): string {
  return `${mutation.file}:${lineOf(mutation)}`;
}

/** Counted are the schedules up to and with the first that is caught. */
async function hunt(mutation: Mutation, { seed, workers }: HuntOptions): Promise<Catch | undefined> {
  const { scenario } = mutation;
  const { effects } = await perform({ kind: 'scenario', scenario, seed, faults: [] });
  const bases = [{ scenario, effects }];
  const runs = [...singleFaults(bases, seed), ...faultPairs(bases, seed, PAIRS)];
  const lines = runs.map(replayLine);
  let first: Catch | undefined;
  await performTogether(runs, {
    workers,
    mutation: mutation.name,
    onFindings: ({ violations }) => {
      for (const { planned, violation } of violations) {
        const schedules = lines.indexOf(replayLine(planned)) + 1;
        if (violation.invariant === mutation.invariant && schedules < (first?.schedules ?? Infinity)) {
          first = { planned, violation, schedules };
        }
      }
      return first === undefined ? 'go on' : 'enough';
    },
  });
  return first;
}
