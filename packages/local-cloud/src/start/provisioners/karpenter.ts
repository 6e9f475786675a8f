import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Kubernetes } from '@kaito/controller-runtime';
import { parseAllDocuments } from 'yaml';

import { definitionOf, installDefinitions } from '../../control-plane/custom-kinds.ts';
import type { Definition } from '../../control-plane/custom-kinds.ts';
import type { ProgramOptions } from '../../processes/managed-process.ts';
import { SYSTEM_NAMESPACE } from '../system-namespace.ts';
import { instanceTypes } from './instance-types.ts';

/** Where the program's own module keeps its kinds, beside the program. */
const DEFINITIONS = ['pkg/apis/crds', 'kwok/apis/crds'];

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

/** What the program reads at its start. */
export async function writeInstanceTypes(file: string): Promise<void> {
  await writeFile(file, JSON.stringify(instanceTypes(), undefined, 2));
}

export interface KarpenterFiles {
  /** The program itself, with its kinds beside it. */
  readonly program: string;
  readonly kubeconfig: string;
  /** See {@link writeInstanceTypes}. */
  readonly instanceTypes: string;
  readonly log: string;
}

/** Karpenter with its kwok provider: it makes a Node object for each NodeClaim, and no machine. */
export function karpenterProgram(
  { instanceTypes: types, kubeconfig, log, program }: KarpenterFiles,
  ports: readonly [metrics: number, health: number],
): ProgramOptions {
  return {
    name: 'karpenter',
    command: program,
    args: [],
    environment: {
      KUBECONFIG: kubeconfig,
      SYSTEM_NAMESPACE,
      DISABLE_LEADER_ELECTION: 'true',
      FEATURE_GATES: 'StaticCapacity=true',
      INSTANCE_TYPES_FILE_PATH: types,
      METRICS_PORT: String(ports[0]),
      HEALTH_PROBE_PORT: String(ports[1]),
    },
    logFile: log,
  };
}
