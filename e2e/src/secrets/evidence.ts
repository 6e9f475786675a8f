import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import type { Kubernetes, ResourceType } from '@kaito/controller-runtime';
import type { LocalCluster } from '@kaito/local-cloud';
import { deployments, machines, nodes, pods, services, workspaces } from '@kaito/types';

import { until } from '../life.ts';
import { httpText } from './http-text.ts';
import type { Evidence } from './secret-finder.ts';

const builtIn = (group: string, plural: string, kind: string): ResourceType => ({
  group,
  version: 'v1',
  plural,
  kind,
  isNamespaced: true,
});

/** Whatever more people may read than may read Secrets. */
const READABLE: readonly ResourceType[] = [
  workspaces,
  machines,
  nodes,
  pods,
  deployments,
  services,
  builtIn('apps', 'replicasets', 'ReplicaSet'),
  builtIn('events.k8s.io', 'events', 'Event'),
  builtIn('coordination.k8s.io', 'leases', 'Lease'),
  builtIn('', 'configmaps', 'ConfigMap'),
];

/** All that can be read at this moment: objects, log files of programs and containers, endpoints, command lines. */
export async function evidenceOf(
  { kubernetes, wiring }: LocalCluster,
  stage: string,
  signal: AbortSignal,
): Promise<readonly Evidence[]> {
  const pages = Object.entries(wiring.controllerPorts).flatMap(([name, { health, metrics }]) => [
    { source: `${name} /readyz`, url: `http://127.0.0.1:${health}/readyz` },
    { source: `${name} /metrics`, url: `http://127.0.0.1:${metrics}/metrics` },
  ]);
  const found = await Promise.all([
    ...READABLE.map(async (type) => objectsOf(kubernetes, type, signal)),
    ...pages.map(async ({ source, url }) => [{ source, text: await pageText(url, signal) }]),
    logFiles(wiring.paths.state),
    commandLines(wiring.paths.state),
  ]);
  return found.flat().map(({ source, text }) => ({ source: `${stage}: ${source}`, text }));
}

/** A page of a program, which may be starting again: one that has lost its lease ends. */
export async function pageText(url: string, signal: AbortSignal): Promise<string> {
  let text: string | undefined;
  await until(async () => {
    text = await httpText(url, {}, signal).catch(() => undefined);
    return text !== undefined;
  }, signal);
  return text ?? '';
}

async function objectsOf(
  kubernetes: Kubernetes,
  type: ResourceType,
  signal: AbortSignal,
): Promise<readonly Evidence[]> {
  const { items } = await kubernetes.list({ type }, signal);
  return items.map((item) => ({ source: `${type.kind} ${item.metadata.name}`, text: JSON.stringify(item) }));
}

/** Everything that a program, a container or the control plane has written for people, below the directory. */
export async function logFiles(directory: string): Promise<readonly Evidence[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => path.join(parentPath, name))
    .filter((file) => /(^|\/|-|\.)log(\/|$|-|\.)/u.test(path.relative(directory, file)));
  return Promise.all(
    files.map(async (file) => ({
      source: path.relative(directory, file),
      text: await readFile(file, 'utf8').catch(() => ''), // of a container that has just been removed
    })),
  );
}

/** Anybody on the machine sees how its processes were started. */
async function commandLines(directory: string): Promise<readonly Evidence[]> {
  const ids = (await readdir('/proc')).filter((name) => /^[0-9]+$/u.test(name));
  const lines = await Promise.all(ids.map(async (id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines
    .filter((line) => line.includes(directory))
    .map((line) => ({ source: 'command line', text: line.replaceAll('\0', ' ') }));
}
