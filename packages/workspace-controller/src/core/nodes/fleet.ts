import { labels } from '@kaito/types';
import type { Node } from '@kaito/types';

import type { Claim } from '../claims/claim.ts';
import { isLeaving } from '../leaving.ts';
import type { Observed } from '../observed.ts';
import type { Resource } from '../spec/resource.ts';
import { boughtFor } from './bought.ts';
import type { Bought } from './bought.ts';
import { isNodeReady, isWorker } from './nodes.ts';
import { obstacleToTaking, reasonToLeave } from './obstacle.ts';
import { isOutdone, markOf } from './reservation.ts';
import { mustYield } from './yielding.ts';

/** The nodes of a Workspace: those it has, those that are on their way, and those that nobody has asked for. */
export interface Fleet {
  /** Ready to carry the workload, the best first, at most as many as wanted. */
  readonly workers: readonly Node[];
  /** Nodes that served until now and may come back: nothing is bought in their place while they exist. */
  readonly absent: readonly Node[];
  /** Of the workers: those that were there before and are taken only now. */
  readonly reserved: readonly Node[];
  /** Were there before, and are held no more. */
  readonly released: readonly Node[];
  /** Claims that are there to stay. */
  readonly claims: readonly Claim[];
  readonly leavingClaims: readonly Claim[];
  /** How many more nodes must be asked for. */
  readonly missing: number;
}

/**
 * @param canBuy - Whether what the nodes that are there leave missing is asked for at the same time. Otherwise they are
 *   taken only if they are enough: who holds a part of what he needs and waits for the rest keeps it from everybody.
 */
export function fleetOf(observed: Observed, resource: Resource, canBuy = !resource.isBrought): Fleet {
  const bought = boughtFor(observed, resource);
  const brought = observed.nodes.filter((node) => !bought.all.includes(node));
  const { kept, reserved } = existingNodes(observed, resource, { bought, brought, canBuy });
  const workers = [...bought.workers, ...kept.filter(isNodeReady), ...reserved]
    .toSorted(byPreference(observed, resource))
    .slice(0, resource.count);
  const absent = [...bought.absent, ...kept.filter((node) => !isNodeReady(node))].slice(
    0,
    resource.count - workers.length,
  );
  const stay = new Set([...workers, ...absent]);
  return {
    workers,
    absent,
    reserved,
    released: brought.filter((node) => hasTraces(node, observed) && !stay.has(node)),
    claims: bought.claims,
    leavingClaims: bought.leavingClaims,
    missing: Math.max(0, resource.count - bought.supply - kept.length - reserved.length),
  };
}

interface Existing {
  readonly bought: Bought;
  readonly brought: readonly Node[];
  readonly canBuy: boolean;
}

/** The nodes that were there before: those that it goes on holding, and those that it takes. */
function existingNodes(
  observed: Observed,
  resource: Resource,
  { bought, brought, canBuy }: Existing,
): { readonly kept: readonly Node[]; readonly reserved: readonly Node[] } {
  const held = brought.filter((node) => isHeld(node, observed));
  const kept = isOutdone(held, observed)
    ? []
    : held.filter((node) => reasonToLeave(node, observed, resource) === undefined);
  const wanted = Math.max(0, resource.count - bought.supply - kept.length);
  const reserved = brought
    .filter((node) => !held.includes(node) && obstacleToTaking(node, observed, resource) === undefined)
    .toSorted(byPreference(observed, resource))
    .slice(0, wanted);
  if (canBuy || reserved.length === wanted) {
    return { kept, reserved };
  }
  return { kept: mustYield(observed) ? [] : kept, reserved: [] };
}

/** By the status, or by its mark when the status has been lost. */
function isHeld(node: Node, { workspace }: Observed): boolean {
  const mark = markOf(node);
  const isOwnMark = mark?.uid === workspace.metadata.uid;
  return isOwnMark ? !mark.isLeaving : isWorker(node, workspace);
}

/** Whether anything says that it is or was held. */
function hasTraces(node: Node, { workspace }: Observed): boolean {
  return !isLeaving(node) && (markOf(node)?.uid === workspace.metadata.uid || isWorker(node, workspace));
}

/** Those that serve already, then preferred ones, then those made for a Workspace, then by name. */
function byPreference({ workspace }: Observed, { preferredNodes }: Resource): (a: Node, b: Node) => number {
  const rank = (node: Node): number => {
    if (isWorker(node, workspace)) {
      return 0;
    }
    if (preferredNodes.includes(node.metadata.name)) {
      return 1;
    }
    return node.metadata.labels?.[labels.machineType] === undefined ? 3 : 2;
  };
  return (a, b) => rank(a) - rank(b) || (a.metadata.name < b.metadata.name ? -1 : 1);
}
