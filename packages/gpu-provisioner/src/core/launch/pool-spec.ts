import { labels } from '@kaito/types';
import type { Taint } from '@kaito/types';

import { osSkuOf } from '../claim/claim-input.ts';
import type { Claim } from '../claim/claim.ts';
import { osDiskSizeGiB } from '../claim/disk-size.ts';
import { frontEndOf } from '../front-ends/index.ts';
import type { Offering } from '../offerings/unavailable-offerings.ts';
import type { AgentPoolSpec } from '../pools/cloud.ts';
import { markTags } from '../pools/ownership.ts';
import { timestamp } from '../time.ts';

export interface PoolSpecOptions {
  readonly offering: Offering;
  readonly clusterId: string;
  readonly now: Date;
}

/** The pool that a valid claim asks for, in the place that was found for it. */
export function poolSpec(claim: Claim, { clusterId, now, offering }: PoolSpecOptions): AgentPoolSpec {
  const { capacityType, vmSize, zone } = offering;
  const osSku = osSkuOf(claim);
  return {
    name: claim.name,
    vmSize,
    osDiskSizeGiB: osDiskSizeGiB(claim.requests['storage']) ?? 0,
    tags: markTags({ cluster: clusterId, claim: claim.name, claimUid: claim.uid }),
    nodeLabels: nodeLabels(claim, vmSize, now),
    nodeTaints: claim.taints.map(taintText),
    capacityType,
    ...(zone !== undefined && { zones: [zone] }),
    ...(osSku !== undefined && { osSku }),
  };
}

/** Which of the two kinds of Node Kaito tells apart a VM size makes. */
export function machineType(vmSize: string): 'gpu' | 'cpu' {
  return vmSize.includes('Standard_N') ? 'gpu' : 'cpu';
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
