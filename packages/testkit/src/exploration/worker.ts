import { parentPort, workerData } from 'node:worker_threads';

import * as z from 'zod';

import type { Findings } from './findings.ts';
import { MUTATIONS } from './mutations/catalogue.ts';
import { mutateSources } from './mutations/mutate-sources.ts';
import type { PlannedRun } from './planned-run.ts';

const Start = z.object({ mutation: z.string().optional() });

const { mutation } = Start.parse(workerData);
const chosen = MUTATIONS.find(({ name }) => name === mutation);
if (chosen !== undefined) {
  mutateSources(chosen);
}
// Only now, since what is loaded from here on is what was mutated.
const { perform } = await import('./perform.ts');
// Errors are part of what is explored; where they came from is told by a replay.
Error.stackTraceLimit = 0;

parentPort?.on('message', (runs: readonly PlannedRun[]) => {
  void answer(runs);
});

async function answer(runs: readonly PlannedRun[]): Promise<void> {
  parentPort?.postMessage(await performAll(runs), []);
}

async function performAll(runs: readonly PlannedRun[]): Promise<Findings> {
  const states = new Set<number>();
  const violations: Findings['violations'] = [];
  let effects = 0;
  for (const planned of runs) {
    const result = await perform(planned);
    effects += result.effects.length;
    for (const digest of result.states.digests) {
      states.add(digest);
    }
    if (result.violation !== undefined) {
      violations.push({ planned, violation: result.violation });
    }
  }
  return { schedules: runs.length, effects, states: [...states], violations };
}
