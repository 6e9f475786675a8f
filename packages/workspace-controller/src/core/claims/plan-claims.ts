import { nodePoolName } from '@kaito/types';

import { isLeaving } from '../leaving.ts';
import type { Fleet } from '../nodes/fleet.ts';
import type { Observed } from '../observed.ts';
import type { Resource } from '../spec/resource.ts';
import { nextAttemptMs, room } from './attempts.ts';
import { slotName } from './claim-names.ts';
import { isSourceServed } from './node-source.ts';
import type { NodeSource } from './node-source.ts';

export interface ClaimPlan {
  /** Of the claims to make now. */
  readonly names: readonly string[];
  /** When the next may be made, if that is not now. */
  readonly nextAttemptMs?: number;
  /** What is to be done about the static NodePool. */
  readonly pool?: PoolPlan;
}

type PoolPlan =
  | { readonly kind: 'create'; readonly name: string; readonly replicas: number }
  | { readonly kind: 'scale'; readonly name: string; readonly uid: string; readonly replicas: number };

const NOTHING: ClaimPlan = { names: [] };

/** Asks for all nodes that are missing at once, in the way of the source. */
export function planClaims(observed: Observed, resource: Resource, fleet: Fleet, source: NodeSource): ClaimPlan {
  if (fleet.missing === 0 || source.kind === 'byo' || !isSourceServed(source, observed)) {
    return NOTHING;
  }
  return source.kind === 'nodepool' ? planPool(observed, fleet) : planSlots(observed, resource, fleet);
}

/** One claim per slot; a slot whose claim is still leaving waits for it to be gone. */
function planSlots(observed: Observed, { count }: Resource, { missing }: Fleet): ClaimPlan {
  const nextMs = nextAttemptMs(observed, count);
  if (nextMs !== undefined) {
    return { names: [], nextAttemptMs: nextMs };
  }
  return { names: freeNames(observed, count).slice(0, Math.min(missing, room(observed, count))) };
}

function freeNames({ workspace, claims, foreignClaimNames }: Observed, count: number): readonly string[] {
  const held = new Set(claims.map(({ metadata }) => metadata.name));
  return Array.from({ length: count }, (_, slot) =>
    slotName(workspace.metadata.uid, slot, (name) => foreignClaimNames.includes(name)),
  ).filter((name) => !held.has(name));
}

/** The pool makes its claims by itself, and again when one is lost: only its size is ours, and it only grows. */
function planPool({ foreignClaimNames, nodePool, workspace }: Observed, { missing }: Fleet): ClaimPlan {
  if (nodePool === undefined) {
    const { name, namespace = '' } = workspace.metadata;
    const isTaken = foreignClaimNames.includes(nodePoolName(namespace, name));
    return { names: [], pool: { kind: 'create', name: nodePoolName(namespace, name, isTaken), replicas: missing } };
  }
  const { name, uid } = nodePool.metadata;
  // What it has been asked for counts as there, so this comes on top.
  const replicas = (nodePool.spec.replicas ?? 0) + missing;
  return isLeaving(nodePool) ? NOTHING : { names: [], pool: { kind: 'scale', name, uid, replicas } };
}
