import { isApiError } from '@kaito/controller-runtime';
import type { Clock, Kubernetes, KubernetesObject, ResourceType } from '@kaito/controller-runtime';
import { machines, nodeClaims } from '@kaito/types';

import type { Claim } from '../core/claim/claim.ts';
import { findLeaks } from '../core/collection/leaks.ts';
import type { Prices } from '../core/collection/leaks.ts';
import { claimOfMachine } from '../core/front-ends/machine.ts';
import { claimOfNodeClaim } from '../core/front-ends/node-claim.ts';
import type { AgentPool, AgentPools } from '../core/pools/cloud.ts';
import type { LeakReport } from './report.ts';

export interface LeakSearch {
  readonly kubernetes: Kubernetes;
  readonly pools: Pick<AgentPools, 'list'>;
  readonly clock: Clock;
  /** The uid of the namespace kube-system. */
  readonly clusterId: string;
  readonly clusterName: string;
  readonly slowDeletionMs: number;
  readonly prices: Prices;
}

/** Reads pools and claims once; a suspicion must hold when the pools are listed again. Throws what cannot be read. */
export async function lookForLeaks(search: LeakSearch, signal: AbortSignal): Promise<LeakReport> {
  const { clock, clusterId, clusterName, prices, slowDeletionMs } = search;
  const pools = await listed(search, signal);
  const claims = await claimsOf(search.kubernetes, signal);
  const now = clock.now();
  const suspects = findLeaks({ pools, claims, clusterId, slowDeletionMs, prices, now });
  const still = suspects.length === 0 ? [] : await listed(search, signal);
  const leaks = suspects.filter(({ phase, pool }) => still.some((one) => one.name === pool && one.phase === phase));
  return { cluster: clusterName, at: now, pools: pools.length, claims: claims.length, leaks };
}

async function listed({ pools }: LeakSearch, signal: AbortSignal): Promise<readonly AgentPool[]> {
  const answer = await pools.list(signal);
  if (!answer.isOk) {
    throw new Error(`the agent pools cannot be listed: ${answer.failure.code}: ${answer.failure.message}`);
  }
  return answer.value;
}

async function claimsOf(kubernetes: Kubernetes, signal: AbortSignal): Promise<readonly Claim[]> {
  const ofMachines = await objectsOf(kubernetes, machines, signal);
  const ofNodeClaims = await objectsOf(kubernetes, nodeClaims, signal);
  return [
    ...ofMachines.map((object) => claimOfMachine(machines.schema.parse(object))),
    ...ofNodeClaims.map((object) => claimOfNodeClaim(nodeClaims.schema.parse(object))),
  ];
}

/** None where the cluster does not serve the API. */
async function objectsOf(
  kubernetes: Kubernetes,
  type: ResourceType,
  signal: AbortSignal,
): Promise<readonly KubernetesObject[]> {
  try {
    return (await kubernetes.list({ type }, signal)).items;
  } catch (error) {
    if (isApiError(error, 'NotFound')) {
      return [];
    }
    throw error;
  }
}
