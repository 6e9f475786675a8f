import { labels, timestampMs } from '@kaito/types';
import type { Node } from '@kaito/types';

import type { Observed } from '../observed.ts';

/** What stands on a Node that somebody holds. */
export interface Mark {
  readonly uid: string;
  /** The holder has given it up and waits for its last pod to be gone; no more of them come. */
  readonly isLeaving: boolean;
}

/** Behind a uid in the mark: affinity asks for the uid alone. */
const LEAVING = '.leaving';

export function markOf({ metadata }: Node): Mark | undefined {
  const value = metadata.labels?.[labels.reservedBy];
  if (value === undefined || value === '') {
    return undefined;
  }
  const isLeaving = value.endsWith(LEAVING);
  return { uid: isLeaving ? value.slice(0, -LEAVING.length) : value, isLeaving };
}

export function markFor({ uid, isLeaving }: Mark): string {
  return isLeaving ? `${uid}${LEAVING}` : uid;
}

interface Aged {
  readonly uid: string;
  readonly createdAt: string;
}

/** Total: of two Workspaces exactly one is older. */
export function isOlder(a: Aged, b: Aged): boolean {
  const difference = (timestampMs(a.createdAt) ?? 0) - (timestampMs(b.createdAt) ?? 0);
  return difference === 0 ? a.uid < b.uid : difference < 0;
}

export function agedOf({ metadata: { uid, creationTimestamp } }: Observed['workspace']): Aged {
  return { uid, createdAt: creationTimestamp };
}

/**
 * Whether somebody else keeps a node that this Workspace counts on, too, as after a change of leaders. It is asked of the
 * pair and not of each node, or each of the two could keep a part of what both need.
 */
export function isOutdone(
  held: readonly Node[],
  { workspace, holdings }: Pick<Observed, 'workspace' | 'holdings'>,
): boolean {
  const own = agedOf(workspace);
  const others = new Map(
    held.flatMap(({ metadata }) => holdings.get(metadata.name) ?? []).map((one) => [one.uid, one]),
  );
  return [...others.values()].some((other) => {
    const contested = held.filter(({ metadata }) => holdings.get(metadata.name)?.uid === other.uid);
    const isMarkedByOther = contested.some(({ metadata }) => holdings.get(metadata.name)?.isMarked === true);
    const isMarkedByOwn = contested.some((node) => markOf(node)?.uid === own.uid);
    return isMarkedByOther === isMarkedByOwn ? isOlder(other, own) : isMarkedByOther;
  });
}
