import { labels } from '@kaito/types';
import type { Node } from '@kaito/types';

import { isClaimReady } from '../claims/claim.ts';
import type { Claim } from '../claims/claim.ts';
import { isLeaving } from '../leaving.ts';
import type { Observed } from '../observed.ts';
import type { Resource } from '../spec/resource.ts';
import { isNodeReady, isWorker, obstacle, ownership } from './nodes.ts';

/** The nodes of a Workspace: those it has, those that are on their way, and those that nobody has asked for. */
export interface Fleet {
  /** Ready to carry the workload, the best first, at most as many as wanted. */
  readonly workers: readonly Node[];
  /** Nodes that served until now and may come back: nothing is bought in their place while they exist. */
  readonly absent: readonly Node[];
  /** Claims that are there to stay. */
  readonly claims: readonly Claim[];
  readonly leavingClaims: readonly Claim[];
  /** How many more nodes must be asked for. */
  readonly missing: number;
}

export function fleetOf(observed: Observed, resource: Resource): Fleet {
  const { nodes, workspace } = observed;
  const claims = observed.claims.filter((claim) => !isLeaving(claim));
  const leavingClaims = observed.claims.filter(isLeaving);
  const isUnclaimed = unclaimed(observed, claims, leavingClaims);
  const usable = nodes.filter((node) => obstacle(node, workspace, resource) === undefined);
  const workers = usable
    .filter((node) => isUnclaimed(node) || claims.some((claim) => hasBrought(claim, node)))
    .toSorted(byPreference(observed, resource))
    .slice(0, resource.count);
  const absent = nodes
    .filter((node) => isWorker(node, workspace) && !isLeaving(node) && !isNodeReady(node))
    .slice(0, resource.count - workers.length);
  const supply = claims.length + [...usable, ...absent].filter(isUnclaimed).length;
  return { workers, absent, claims, leavingClaims, missing: Math.max(0, resource.count - supply) };
}

/** Nodes that count beside the claims: no claim has brought them, is about to, or takes them along. */
function unclaimed(
  { workspace }: Observed,
  claims: readonly Claim[],
  leavingClaims: readonly Claim[],
): (node: Node) => boolean {
  const claimed = new Set([...claims, ...leavingClaims].map(({ status }) => status?.nodeName));
  const isOneRegistering = claims.some(({ status }) => status?.nodeName === undefined);
  return (node) => !claimed.has(node.metadata.name) && !(isOneRegistering && ownership(node, workspace) === 'own');
}

function hasBrought(claim: Claim, node: Node): boolean {
  return claim.status?.nodeName === node.metadata.name && isClaimReady(claim);
}

/** Preferred nodes, then those that serve already, then those made for a Workspace, then by name. */
function byPreference({ workspace }: Observed, { preferredNodes }: Resource): (a: Node, b: Node) => number {
  const rank = (node: Node): number => {
    if (preferredNodes.includes(node.metadata.name)) {
      return 0;
    }
    if (isWorker(node, workspace)) {
      return 1;
    }
    return node.metadata.labels?.[labels.machineType] === undefined ? 3 : 2;
  };
  return (a, b) => rank(a) - rank(b) || (a.metadata.name < b.metadata.name ? -1 : 1);
}
