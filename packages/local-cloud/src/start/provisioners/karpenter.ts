import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Kubernetes } from '@kaito/controller-runtime';
import { parseAllDocuments } from 'yaml';

import { definitionOf, installDefinitions } from '../../control-plane/custom-kinds.ts';
import type { Definition } from '../../control-plane/custom-kinds.ts';
import type { ProgramOptions } from '../../processes/managed-process.ts';
import { logFile, stateFile } from '../program-options.ts';
import type { Wiring } from '../program-options.ts';
import { SYSTEM_NAMESPACE } from '../system-namespace.ts';
import { instanceTypes } from './instance-types.ts';

/** Where the program's own module keeps its kinds, beside the program. */
const DEFINITIONS = ['pkg/apis/crds', 'kwok/apis/crds'];
const INSTANCE_TYPES = 'kwok-instance-types.json';

/** Its kinds, and the class that claims name. */
export async function installKarpenter(kubernetes: Kubernetes, program: string, signal: AbortSignal): Promise<void> {
  await installDefinitions(kubernetes, await definitionsBeside(program), signal);
  const type = {
    group: 'karpenter.kwok.sh',
    version: 'v1alpha1',
    plural: 'kwoknodeclasses',
    kind: 'KWOKNodeClass',
    isNamespaced: false,
  };
  const manifest = { apiVersion: `${type.group}/${type.version}`, kind: type.kind, metadata: { name: 'default' } };
  await kubernetes.apply({ type, manifest, fieldManager: 'kaito-local' }, signal);
}

async function definitionsBeside(program: string): Promise<readonly Definition[]> {
  const found: Definition[] = [];
  for (const folder of DEFINITIONS) {
    const directory = path.join(path.dirname(program), folder);
    for (const file of (await readdir(directory)).toSorted()) {
      const documents = parseAllDocuments(await readFile(path.join(directory, file), 'utf8'));
      found.push(...documents.flatMap((one) => (one.contents === null ? [] : [definitionOf(one.toJS())])));
    }
  }
  return found;
}

/** What it reads at its start. */
export async function writeInstanceTypes(state: string): Promise<void> {
  await writeFile(path.join(state, INSTANCE_TYPES), JSON.stringify(instanceTypes(), undefined, 2));
}

/** Karpenter with its kwok provider: it makes a Node object for each NodeClaim, and no machine. */
export function karpenterProgram(
  wiring: Wiring,
  { file, ports }: { readonly file: string; readonly ports: readonly [metrics: number, health: number] },
): ProgramOptions {
  return {
    name: 'karpenter',
    command: file,
    args: [],
    environment: {
      KUBECONFIG: stateFile(wiring, 'kubeconfig-karpenter'),
      SYSTEM_NAMESPACE,
      DISABLE_LEADER_ELECTION: 'true',
      FEATURE_GATES: 'StaticCapacity=true',
      INSTANCE_TYPES_FILE_PATH: stateFile(wiring, INSTANCE_TYPES),
      METRICS_PORT: String(ports[0]),
      HEALTH_PROBE_PORT: String(ports[1]),
    },
    logFile: logFile(wiring, 'karpenter'),
  };
}
