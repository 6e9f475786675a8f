import { historyOf, scenarioOf } from './history.ts';
import type { PlannedRun } from './planned-run.ts';
import { run } from './run.ts';
import type { RunOptions, RunResult } from './run.ts';
import { SCENARIOS } from './scenarios/index.ts';

/** Throws a {@link RangeError} for a scenario that there is not. */
export async function perform(planned: PlannedRun, narrator?: RunOptions['narrator']): Promise<RunResult> {
  const told = narrator === undefined ? {} : { narrator };
  if (planned.kind === 'history') {
    const history = historyOf(planned.seed);
    return run(scenarioOf(history), { seed: planned.seed, faults: history.faults, ...told });
  }
  const scenario = SCENARIOS.find(({ name }) => name === planned.scenario);
  if (scenario === undefined) {
    throw new RangeError(
      `no scenario "${planned.scenario}"; there are: ${SCENARIOS.map(({ name }) => name).join(', ')}`,
    );
  }
  return run(scenario, { seed: planned.seed, faults: planned.faults, ...told });
}
