import type { Node } from '@kaito/types';

import { isClaimReady, isPooled } from '../claims/claim.ts';
import type { Claim } from '../claims/claim.ts';
import { isLeaving } from '../leaving.ts';
import type { Observed } from '../observed.ts';
import type { Resource } from '../spec/resource.ts';
import { isNodeReady, isWorker, ownership } from './nodes.ts';
import { obstacle } from './obstacle.ts';

/** The nodes that were made for this Workspace, and the claims that brought them or are about to. */
export interface Bought {
  readonly all: readonly Node[];
  /** Ready to carry the workload. */
  readonly workers: readonly Node[];
  /** Served until now and may come back. */
  readonly absent: readonly Node[];
  /** Claims that are there to stay. */
  readonly claims: readonly Claim[];
  readonly leavingClaims: readonly Claim[];
  /** How many nodes there are or will be. */
  readonly supply: number;
}

export function boughtFor(observed: Observed, resource: Resource): Bought {
  const { workspace } = observed;
  const claims = observed.claims.filter((claim) => !isLeaving(claim));
  const leavingClaims = observed.claims.filter(isLeaving);
  const all = observed.nodes.filter(
    (node) => ownership(node, workspace) === 'own' || observed.claims.some((claim) => isOf(claim, node)),
  );
  const isUnclaimed = unclaimed(claims, leavingClaims);
  const usable = all.filter((node) => obstacle(node, observed, resource) === undefined);
  const workers = usable.filter((node) => isUnclaimed(node) || claims.some((claim) => hasBrought(claim, node)));
  const absent = all.filter(
    (node) => isWorker(node, workspace) && !isLeaving(node) && (!isNodeReady(node) || isWaitedFor(node, claims)),
  );
  const unclaimedSupply = [...usable, ...absent].filter(isUnclaimed).length;
  const supply = claims.length + unclaimedSupply + promised(observed, claims);
  return { all, workers, absent, claims, leavingClaims, supply };
}

/** Claims that the NodePool is about to make. */
function promised({ nodePool }: Observed, claims: readonly Claim[]): number {
  return nodePool === undefined || isLeaving(nodePool)
    ? 0
    : Math.max(0, (nodePool.spec.replicas ?? 0) - claims.filter(isPooled).length);
}

/** Nodes that count beside the claims: no claim has brought them, is about to, or takes them along. */
function unclaimed(claims: readonly Claim[], leavingClaims: readonly Claim[]): (node: Node) => boolean {
  const isOneRegistering = claims.some(({ status }) => status?.nodeName === undefined);
  return (node) => !isOneRegistering && ![...claims, ...leavingClaims].some((claim) => isOf(claim, node));
}

function hasBrought(claim: Claim, node: Node): boolean {
  return isOf(claim, node) && isClaimReady(claim);
}

function isWaitedFor(node: Node, claims: readonly Claim[]): boolean {
  return claims.some((claim) => isOf(claim, node) && !hasBrought(claim, node));
}

function isOf({ status }: Claim, { metadata }: Node): boolean {
  return status?.nodeName === metadata.name;
}
