import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ArmSimulator, FaultRequest, SettingsPatch } from '@kaito/local-cloud';
import * as z from 'zod';

const LoggedRequest = z.object({
  method: z.string(),
  path: z.string(),
  query: z.record(z.string(), z.string()),
  status: z.int().nullish(),
  body: z.unknown().optional(),
});
export type LoggedRequest = z.infer<typeof LoggedRequest>;

const SimulatedVm = z.object({
  name: z.string(),
  providerId: z.string(),
  pool: z.string(),
  state: z.string(),
  labels: z.record(z.string(), z.string()),
  taints: z.array(z.string()),
  nodeReadyAt: z.string().optional(),
});
export type SimulatedVm = z.infer<typeof SimulatedVm>;

const Vms = z.object({ vms: z.array(SimulatedVm) });
const Log = z.object({ requests: z.array(LoggedRequest) });
const Pools = z.object({ pools: z.array(z.object({ name: z.string() })) });

/** The simulator's own routes, as a test uses them. */
export interface SimulatorControl {
  fault(fault: FaultRequest): Promise<void>;
  settings(patch: SettingsPatch): Promise<void>;
  requests(): Promise<readonly LoggedRequest[]>;
  clearLog(): Promise<void>;
  poolNames(): Promise<readonly string[]>;
  vms(): Promise<readonly SimulatedVm[]>;
  /** Somebody has made this pool, long ago. */
  addPool(name: string, properties: Readonly<Record<string, unknown>>): Promise<void>;
  removePool(name: string): Promise<void>;
  /** Nothing but the system pool, no fault, no log. */
  reset(): Promise<void>;
  /** Asks until it is so. */
  until(isSo: () => Promise<boolean>): Promise<void>;
}

const SYSTEM_POOL = 'system';
const DEADLINE_MS = 120_000;

export function controlSimulator({ caPem, endpoint }: ArmSimulator): SimulatorControl {
  const agent = new Agent({ keepAlive: true, ca: caPem });
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> =>
    callJson({ method, url: `${endpoint}/simulator${path}`, agent, ...(body !== undefined && { body }) });
  const poolNames = async (): Promise<readonly string[]> =>
    Pools.parse(await call('GET', '/pools')).pools.map(({ name }) => name);
  const clearLog = async (): Promise<void> => {
    await call('DELETE', '/log');
  };
  return {
    addPool: async (name, properties) => {
      await call('PUT', `/pools/${name}`, { properties });
    },
    fault: async (fault) => {
      await call('POST', '/faults', fault);
    },
    settings: async (patch) => {
      await call('PATCH', '/settings', patch);
    },
    requests: async () => Log.parse(await call('GET', '/log')).requests,
    clearLog,
    poolNames,
    vms: async () => Vms.parse(await call('GET', '/vms')).vms,
    removePool: async (name) => {
      await call('DELETE', `/pools/${name}`);
    },
    reset: async () => {
      await call('DELETE', '/faults');
      for (const name of await poolNames()) {
        if (name !== SYSTEM_POOL) {
          await call('DELETE', `/pools/${name}`);
        }
      }
      await clearLog();
    },
    until: async (isSo) => {
      for (const deadline = performance.now() + DEADLINE_MS; !(await isSo()); await sleep(50)) {
        if (performance.now() > deadline) {
          throw new Error(`it did not come true within ${DEADLINE_MS} ms`);
        }
      }
    },
  };
}

async function callJson(call: {
  readonly method: string;
  readonly url: string;
  readonly agent: Agent;
  readonly body?: unknown;
}): Promise<unknown> {
  const { promise, reject, resolve } = Promise.withResolvers<unknown>();
  const headers = { 'content-type': 'application/json' };
  const sent = request(call.url, { method: call.method, headers, agent: call.agent }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      if ((response.statusCode ?? 500) >= 400) {
        reject(new Error(`${call.method} ${call.url}: ${response.statusCode} ${text}`));
        return;
      }
      resolve(text === '' ? undefined : JSON.parse(text));
    });
  });
  sent.on('error', reject);
  sent.end(call.body === undefined ? undefined : JSON.stringify(call.body));
  return promise;
}
