import type { Node } from '@kaito/types';

import { msBetween } from '../time.ts';
import { isInitialized, notReadySince } from './node-match.ts';

/** A Node of ours that is not Ready. */
export interface NotReadyNode {
  /** Whose it is. */
  readonly claim: string;
  readonly since: Date;
  /** It was in use before. */
  readonly wasInitialized: boolean;
}

/** All Nodes of the provisioner's claims that are to stay. Looked at only where a Node of the claim is not Ready. */
export interface Fleet {
  readonly size: number;
  readonly notReady: readonly NotReadyNode[];
}

export const NO_FLEET: Fleet = { size: 0, notReady: [] };

/** From the Nodes that claims have, each with its claim's name. */
export function fleetOf(nodes: readonly { readonly claim: string; readonly node: Node }[]): Fleet {
  const staying = nodes.filter(({ node }) => node.metadata.deletionTimestamp === undefined);
  const notReady = staying.flatMap(({ claim, node }): readonly NotReadyNode[] => {
    const since = notReadySince(node);
    return since === undefined ? [] : [{ claim, since, wasInitialized: isInitialized(node) }];
  });
  return { size: staying.length, notReady: notReady.toSorted(longestFirst) };
}

/** Those that count as unhealthy: a Node that comes up for the first time has its time. */
export function unhealthyOf({ notReady }: Fleet, now: Date, limitMs: number): readonly NotReadyNode[] {
  return notReady.filter(({ since, wasInitialized }) => wasInitialized || msBetween(since, now) >= limitMs);
}

function longestFirst(a: NotReadyNode, b: NotReadyNode): number {
  return a.since.getTime() - b.since.getTime() || (a.claim < b.claim ? -1 : 1);
}
