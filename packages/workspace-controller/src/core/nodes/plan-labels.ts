import { labels } from '@kaito/types';
import type { Node } from '@kaito/types';

import type { Action, LabelChanges } from '../actions.ts';
import { isLeaving } from '../leaving.ts';
import type { Observed } from '../observed.ts';
import type { Resource } from '../spec/resource.ts';
import type { Fleet } from './fleet.ts';
import { showsGpus } from './gpus.ts';
import { hasPod, isNodeReady, ownership, podsOn } from './nodes.ts';
import { markFor, markOf } from './reservation.ts';

const ACCELERATOR = { [labels.accelerator]: 'nvidia' };

export interface LabelPlan {
  /** Before the status is written. */
  readonly before: readonly Action[];
  /** Once the status says that the nodes are taken. */
  readonly after: readonly Action[];
}

/**
 * Says on nodes whose they are, and on GPU nodes that they are such, as device plugins and users' selectors expect, from
 * the moment they are ready. A node that is given up is marked as such at once, so that no pod comes any more, and is free
 * when the last pod is gone.
 */
export function planLabels(observed: Observed, resource: Resource, fleet: Fleet): LabelPlan {
  const { workspace, nodes } = observed;
  const staying = nodes.filter((node) => !isLeaving(node) && !fleet.released.includes(node));
  const isKept = (node: Node): boolean => fleet.workers.includes(node) || fleet.absent.includes(node);
  const change = (node: Node): readonly Action[] =>
    labelled(node, {
      ...(isKept(node) && ownership(node, workspace) === 'free' ? markChange(node, observed) : {}),
      ...acceleratorChange(node, observed, resource, fleet),
    });
  return {
    before: [
      ...fleet.released.flatMap((node) => release(node, observed)),
      ...staying.filter((node) => !fleet.reserved.includes(node)).flatMap(change),
    ],
    after: fleet.reserved.flatMap(change),
  };
}

/** Takes the marks off that this Workspace has set, wherever its pods are gone. */
export function releaseAll(observed: Observed): readonly Action[] {
  return markedBy(observed).flatMap((node) =>
    hasPod(node, observed) && isNodeReady(node) ? [] : labelled(node, { [labels.reservedBy]: null }),
  );
}

/** Whether a mark is left. */
export function isHolding(observed: Observed): boolean {
  return markedBy(observed).length > 0;
}

function markedBy({ nodes, workspace }: Observed): readonly Node[] {
  return nodes.filter((node) => !isLeaving(node) && markOf(node)?.uid === workspace.metadata.uid);
}

function release(node: Node, observed: Observed): readonly Action[] {
  const { uid } = observed.workspace.metadata;
  const mark = markOf(node);
  if (mark?.uid !== uid) {
    return [];
  }
  if (mark.isLeaving && !hasPod(node, observed)) {
    return labelled(node, { [labels.reservedBy]: null });
  }
  const evicted = podsOn(node, observed.pods)
    .filter((pod) => !isLeaving(pod))
    .map(({ metadata }): Action => ({ kind: 'Delete', target: 'Pod', name: metadata.name, uid: metadata.uid }));
  return [
    ...(mark.isLeaving ? [] : labelled(node, { [labels.reservedBy]: markFor({ uid, isLeaving: true }) })),
    ...evicted,
  ];
}

/** A mark of somebody who lives is left to him; that of one who is gone is written over. */
function markChange(node: Node, { workspace, holdings }: Observed): LabelChanges {
  const { uid } = workspace.metadata;
  const isFree = holdings.get(node.metadata.name)?.isMarked !== true;
  return isFree && markOf(node)?.uid !== uid ? { [labels.reservedBy]: markFor({ uid, isLeaving: false }) } : {};
}

function acceleratorChange(
  node: Node,
  { workspace }: Observed,
  { isBrought, needsGpus }: Resource,
  { workers }: Fleet,
): LabelChanges {
  const isOurs = workers.includes(node) || (ownership(node, workspace) === 'own' && isNodeReady(node));
  const hasGpus = isBrought ? showsGpus(node) : needsGpus;
  return isOurs && hasGpus && node.metadata.labels?.[labels.accelerator] !== ACCELERATOR[labels.accelerator]
    ? ACCELERATOR
    : {};
}

/** Refused when the mark may have changed since it was read. */
function labelled({ metadata: { name, uid, resourceVersion } }: Node, changes: LabelChanges): readonly Action[] {
  if (Object.keys(changes).length === 0) {
    return [];
  }
  const isMark = labels.reservedBy in changes;
  return [{ kind: 'LabelNode', name, uid, labels: changes, ...(isMark ? { resourceVersion } : {}) }];
}
