import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import * as z from 'zod';

import { isEvent, requestsIn } from '../src/audit-log.ts';
import type { ApiRequest } from '../src/audit-log.ts';

const Middle = z.object({ median: z.number(), min: z.number(), max: z.number() });

const Requests = z.object({ total: z.number(), writes: z.number(), byVerbRes: z.record(z.string(), z.number()) });

const Common = z.object({ at: z.coerce.date() });

const Selftest = Common.extend({
  kind: z.literal('selftest'),
  n: z.number(),
  claimsReady: z.number(),
  workloadsReady: z.number(),
  removed: z.number(),
});

const Latency = Common.extend({
  kind: z.literal('latency'),
  runs: z.number(),
  createToClaim: Middle,
  claimReadyToWorkload: Middle,
  podReadyToSucceeded: Middle,
});

const QUIET_MS = 6000;
/** The driver looks now and then, and the controller's first request may come a moment after the first create. */
const SLACK_MS = 2000;

const Burst = Common.extend({
  kind: z.literal('burst'),
  n: z.number(),
  ok: z.boolean(),
  WorkspaceSucceeded: z.object({ n: z.number(), ms: z.number() }),
  requests: Requests,
  /** Until nothing was sent any more. */
  settled: z.object({ ms: z.number(), requests: z.number(), cpu: z.number(), peakMiB: z.number() }),
});

const Steady = Common.extend({ kind: z.literal('steady'), n: z.number(), seconds: z.number(), requests: Requests });

const Restart = Common.extend({
  kind: z.literal('restart'),
  n: z.number(),
  quiet: z.boolean(),
  ms: z.number(),
  requests: Requests,
});

const Delete = Common.extend({
  kind: z.literal('delete'),
  n: z.number(),
  ok: z.boolean(),
  everything: z.number(),
  afterRestart: z.boolean().default(false),
});

const NoCapacity = Common.extend({ kind: z.literal('nocapacity'), seconds: z.number(), claims: z.number() });

/** One measurement, as the driver wrote it down. */
const Measurement = z.discriminatedUnion('kind', [Selftest, Latency, Burst, Steady, Restart, Delete, NoCapacity]);
type Written = z.infer<typeof Measurement>;
type Kind = Written['kind'];

/** A measurement, with the events that the controller wrote meanwhile. */
export type Measurement = Written & { readonly events: number };
export type MeasurementOf<K extends Kind> = Extract<Measurement, { kind: K }>;

const KINDS: readonly Kind[] = ['selftest', 'latency', 'burst', 'steady', 'restart', 'delete', 'nocapacity'];

/** Everything that one run of the benchmark has measured. */
export class Records {
  readonly #all: Measurement[] = [];

  /** Takes in what the driver wrote into this folder. */
  async read(folder: string, auditLogFile: string): Promise<void> {
    const events = (await requestsIn(auditLogFile)).filter(isEvent);
    for (const file of KINDS.map((kind) => path.join(folder, `${kind}.jsonl`)).filter(existsSync)) {
      const lines = (await readFile(file, 'utf8')).trim().split('\n');
      const written = lines.map((line) => Measurement.parse(JSON.parse(line)));
      this.#all.push(...written.map((one) => ({ ...one, events: eventsDuring(one, events) })));
    }
  }

  of<K extends Kind>(kind: K): readonly MeasurementOf<K>[] {
    return this.#all.filter((one): one is MeasurementOf<K> => one.kind === kind);
  }
}

/** It is written down as soon as nothing has been sent for a while. */
function eventsDuring(measurement: Written, events: readonly ApiRequest[]): number {
  if (measurement.kind !== 'burst') {
    return 0;
  }
  const endMs = measurement.at.getTime();
  const beginMs = endMs - QUIET_MS - measurement.settled.ms - SLACK_MS;
  return events.filter(({ at }) => at.getTime() >= beginMs && at.getTime() <= endMs).length;
}
