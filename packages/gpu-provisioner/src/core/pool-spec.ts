import { labels } from '@kaito/types';
import type { Taint } from '@kaito/types';

import { requiredValues } from './claim.ts';
import type { Claim } from './claim.ts';
import type { AgentPoolSpec } from './cloud.ts';
import { osDiskSizeGiB } from './disk-size.ts';
import { frontEndOf } from './front-ends/index.ts';
import { markTags } from './ownership.ts';
import { timestamp } from './time.ts';

const POOL_NAME = /^[a-z][a-z0-9]{0,11}$/u;
const RESERVED_LABEL_PREFIX = 'kubernetes.azure.com/';

export type PoolSpecResult =
  | { readonly isValid: true; readonly spec: AgentPoolSpec }
  /** What is wrong with the claim, naming the field and the rule. */
  | { readonly isValid: false; readonly problem: string };

/** The pool that a claim asks for. */
export function poolSpec(claim: Claim, { clusterId, now }: { clusterId: string; now: Date }): PoolSpecResult {
  const [vmSize] = requiredValues(claim, labels.instanceType);
  const diskSizeGiB = osDiskSizeGiB(claim.requests['storage']);
  const problem = nameProblem(claim) ?? labelProblem(claim);
  if (problem !== undefined) {
    return { isValid: false, problem };
  }
  if (vmSize === undefined || vmSize === '') {
    const message = `spec.requirements has no ${labels.instanceType} with operator In, so there is no VM size to ask for`;
    return { isValid: false, problem: message };
  }
  if (diskSizeGiB === undefined) {
    const storage = String(claim.requests['storage']);
    const message = `spec.resources.requests.storage is ${storage}; an OS disk has from 0 to 2048Gi`;
    return { isValid: false, problem: message };
  }
  const spec = {
    name: claim.name,
    vmSize,
    osDiskSizeGiB: diskSizeGiB,
    tags: markTags({ cluster: clusterId, claim: claim.name, claimUid: claim.uid }),
    nodeLabels: nodeLabels(claim, vmSize, now),
    nodeTaints: claim.taints.map(taintText),
  };
  return { isValid: true, spec };
}

/** Which of the two kinds of Node Kaito tells apart a VM size makes. */
export function machineType(vmSize: string): 'gpu' | 'cpu' {
  return vmSize.includes('Standard_N') ? 'gpu' : 'cpu';
}

function nameProblem({ name }: Claim): string | undefined {
  return POOL_NAME.test(name)
    ? undefined
    : `metadata.name is "${name}"; it becomes the agent pool's name, which has at most 12 lower-case letters and digits and begins with a letter`;
}

function labelProblem(claim: Claim): string | undefined {
  const reserved = Object.keys(claim.labels).find((key) => key.startsWith(RESERVED_LABEL_PREFIX));
  return reserved === undefined
    ? undefined
    : `metadata.labels has ${reserved}; AKS keeps the prefix ${RESERVED_LABEL_PREFIX} for itself`;
}

function nodeLabels(claim: Claim, vmSize: string, now: Date): Readonly<Record<string, string>> {
  return {
    ...frontEndOf(claim).poolLabels(claim),
    ...claim.labels,
    [labels.machineType]: machineType(vmSize),
    [labels.creationTimestamp]: timestamp(now).replaceAll(':', '-'),
  };
}

function taintText({ key, value = '', effect }: Taint): string {
  return `${key}=${value}:${effect}`;
}
