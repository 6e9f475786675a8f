import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { Findings } from './findings.ts';
import type { PlannedRun } from './planned-run.ts';

/** So many schedules are handed out at a time. */
const BATCH = 20;

/** What a schedule leaves behind is garbage: the more room, the less of it is looked at. */
const YOUNG_MB = 128;

export interface CrewOptions {
  readonly workers: number;
  readonly mutation?: string;
  /** After each batch. */
  readonly onFindings: (findings: Findings) => 'go on' | 'enough';
}

/** Performs the runs on several threads; each run is the same wherever and whenever it is performed. */
export async function performTogether(runs: readonly PlannedRun[], options: CrewOptions): Promise<void> {
  const batches = Array.from({ length: Math.ceil(runs.length / BATCH) }, (_, index) =>
    runs.slice(index * BATCH, (index + 1) * BATCH),
  );
  await Promise.all(
    Array.from({ length: Math.min(options.workers, batches.length) }, async () => workOff(batches, options)),
  );
}

async function workOff(batches: (readonly PlannedRun[])[], { mutation, onFindings }: CrewOptions): Promise<void> {
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: { mutation },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  try {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      if (onFindings(await answerOf(worker, batch)) === 'enough') {
        batches.length = 0;
      }
    }
  } finally {
    await worker.terminate();
  }
}

/** Rejects when the thread has died. */
async function answerOf(worker: Worker, batch: readonly PlannedRun[]): Promise<Findings> {
  worker.postMessage(batch, []);
  const answer: unknown[] = await once(worker, 'message');
  return Findings.parse(answer[0]);
}
