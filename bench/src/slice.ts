import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { localPaths, prepare, Progress, screenOf, startLocalCluster } from '@kaito/local-cloud';
import type { ControllerName, LocalCluster } from '@kaito/local-cloud';
import { workspaces } from '@kaito/types';
import * as z from 'zod';

import { isBackground, isEvent, isWrite, requestsIn } from './audit-log.ts';
import type { ApiRequest } from './audit-log.ts';
import { spread, tally } from './figures.ts';
import { MomentRecorder } from './moments.ts';
import type { Moments } from './moments.ts';

const CONTROLLERS: readonly ControllerName[] = ['workspace-controller', 'gpu-provisioner'];
const TIME_SCALE = 0.1;
const LIFE_DEADLINE_MS = 120_000;
const SETTLE_MS = 5000;

const Flags = z.object({
  runs: z.coerce.number().int().min(1).default(10),
  'quiet-seconds': z.coerce.number().int().min(1).default(300),
});

interface Bench {
  readonly cluster: LocalCluster;
  readonly recorder: MomentRecorder;
  readonly auditLogFile: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** One Workspace after the other, on the local cluster; prints the table. */
export async function slice(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { runs: { type: 'string' }, 'quiet-seconds': { type: 'string' } },
  });
  const { runs, 'quiet-seconds': quietSeconds } = Flags.parse(values);
  const interrupted = new AbortController();
  process.once('SIGINT', () => {
    interrupted.abort();
  });
  const { signal } = interrupted;
  const progress = new Progress(screenOf(process.stdout));
  const paths = localPaths(process.env);
  const prepared = await prepare(paths, undefined, progress, signal);
  const auditLogFile = path.join(paths.state, 'audit.log');
  const onRestart = (program: string, why: string): void => {
    progress.line(`  ! ${program} ${why}: the figures are worth nothing`);
  };
  const cluster = await startLocalCluster(
    { paths, ...prepared, timeScale: TIME_SCALE, auditLogFile, onRestart },
    signal,
  );
  const recorder = new MomentRecorder(cluster.kubernetes);
  const watching = recorder.run(signal);
  try {
    await measure({ cluster, recorder, auditLogFile, progress, signal }, runs, quietSeconds);
  } finally {
    interrupted.abort();
    await watching;
    await cluster.stop();
  }
}

async function measure(bench: Bench, runs: number, quietSeconds: number): Promise<void> {
  const { progress, cluster, signal } = bench;
  const lives: { readonly created: number; readonly moments: Moments }[] = [];
  await sleep(SETTLE_MS, undefined, { signal });
  const begin = new Date();
  for (let run = 1; run <= runs; run += 1) {
    progress.waiting(`life ${run} of ${runs}`);
    lives.push(await live(bench, `slice-${run}`, run < runs));
  }
  await sleep(SETTLE_MS, undefined, { signal });
  const quietFrom = new Date();
  progress.waiting(`quiet for ${quietSeconds} s`);
  await sleep(quietSeconds * 1000, undefined, { signal });
  const quietTo = new Date();
  const requests = await requestsIn(bench.auditLogFile);
  progress.line(`load ${loadavg()[0]?.toFixed(2)}, ${runs} lives, one after the other`);
  progress.line(`raw lines: ${bench.auditLogFile}`);
  intervals(progress, lives);
  perWorkspace(progress, between(requests, begin, quietFrom), runs);
  quiet(progress, between(requests, quietFrom, quietTo), quietSeconds);
  for (const name of CONTROLLERS) {
    progress.line(`RSS of ${name}: ${await residentMiB(cluster, name)} MiB`);
  }
}

/** From create to gone; the last one stays, so that the quiet minutes have something to be quiet about. */
async function live({ cluster, recorder, signal }: Bench, name: string, isDeleted: boolean) {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(LIFE_DEADLINE_MS)]);
  const manifest = {
    apiVersion: 'kaito.sh/v1beta1',
    kind: 'Workspace',
    metadata: { name, namespace: 'default' },
    resource: { instanceType: 'Standard_NC6s_v3', labelSelector: { matchLabels: { apps: name } } },
    inference: { preset: { name: 'phi-3-mini-4k-instruct' } },
  };
  const created = performance.now();
  await cluster.kubernetes.create({ type: workspaces, manifest, fieldManager: 'kaito-bench' }, deadline);
  await recorder.seen(name, 'workspaceReady', deadline);
  if (isDeleted) {
    await cluster.kubernetes.delete({ type: workspaces, key: { name, namespace: 'default' } }, deadline);
    await recorder.seen(name, 'gone', deadline);
  }
  return { created, moments: recorder.of(name) };
}

function intervals(
  progress: Progress,
  lives: readonly { readonly created: number; readonly moments: Moments }[],
): void {
  const figure = (label: string, span: (created: number, moments: Moments) => number): void => {
    const { median, min, max } = spread(lives.map(({ created, moments }) => span(created, moments)));
    progress.line(`${label.padEnd(34)} ${median.toFixed(0).padStart(6)} ms   (${min.toFixed(0)} … ${max.toFixed(0)})`);
  };
  figure('create → Machine', (created, { machine = Number.NaN }) => machine - created);
  figure(
    'Node Ready → Machine Ready',
    (_, { nodeReady = Number.NaN, machineReady = Number.NaN }) => machineReady - nodeReady,
  );
  figure(
    'pod Ready → WorkspaceReady',
    (_, { podReady = Number.NaN, workspaceReady = Number.NaN }) => workspaceReady - podReady,
  );
  figure('create → WorkspaceReady', (created, { workspaceReady = Number.NaN }) => workspaceReady - created);
}

function perWorkspace(progress: Progress, requests: readonly ApiRequest[], runs: number): void {
  for (const name of CONTROLLERS) {
    const own = requests.filter(({ user }) => user === name);
    const counted = own.filter((request) => !isBackground(request));
    const events = own.filter(isEvent).length / runs;
    progress.line(
      `API requests of ${name} per life: ${(counted.length / runs).toFixed(1)}, and ${events.toFixed(1)} events`,
    );
    for (const [what, count] of tally(counted, ({ verb, resource }) => `${verb} ${resource}`)) {
      progress.line(`  ${(count / runs).toFixed(1).padStart(5)}  ${what}`);
    }
  }
}

function quiet(progress: Progress, requests: readonly ApiRequest[], seconds: number): void {
  const writes = requests.filter(
    (request) => isWrite(request) && !isBackground(request) && CONTROLLERS.some((name) => name === request.user),
  );
  progress.line(`writes of both controllers in ${seconds} quiet seconds, leases apart: ${writes.length}`);
  for (const [what, count] of tally(writes, ({ user, verb, resource }) => `${user} ${verb} ${resource}`)) {
    progress.line(`  ${String(count).padStart(5)}  ${what}`);
  }
}

function between(requests: readonly ApiRequest[], from: Date, to: Date): readonly ApiRequest[] {
  return requests.filter(({ at }) => at >= from && at < to);
}

async function residentMiB({ programs }: LocalCluster, name: ControllerName): Promise<string> {
  const pid = programs.get(name)?.pid ?? 0;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [, kib = 'NaN'] = /^VmRSS:\s+([0-9]+) kB$/mu.exec(status) ?? [];
  return (Number(kib) / 1024).toFixed(0);
}
