import { finalizers } from '@kaito/types';
import type { ObjectMeta } from '@kaito/types';

import type { Action, DeletedKind, Plan } from './actions.ts';
import { isPooled } from './claims/claim.ts';
import { pooledNodes } from './claims/pooled-nodes.ts';
import { isLeaving } from './leaving.ts';
import { isHolding, releaseAll } from './nodes/plan-labels.ts';
import type { Observed } from './observed.ts';
import { statusActions } from './status/plan-status.ts';
import { statusOfDeletion } from './status/status.ts';
import { isOwned } from './workload/owned.ts';

/** Workload and Service first, so that nothing runs on the nodes; then claims and marks; the finalizer when all are gone. */
export function planDelete(observed: Observed): Plan {
  const { workspace, claims } = observed;
  if (workspace.metadata.finalizers?.includes(finalizers.workspace) !== true) {
    return { actions: [] };
  }
  const workload = ownedWorkload(observed);
  const nodes = nodeRequests(observed);
  const marks = workload.length === 0 ? releaseAll(observed) : [];
  const remaining = [...workload, ...nodes, ...claims, ...pooledNodes(observed)];
  if (remaining.length === 0 && !isHolding(observed)) {
    return { actions: [{ kind: 'RemoveFinalizer' }] };
  }
  const deletions = [...workload, ...nodes]
    .filter((object) => !isLeaving(object))
    .map(({ target, metadata: { name, uid } }): Action => ({ kind: 'Delete', target, name, uid }));
  // What is asked to go may be gone at the next look, and then there is nothing to tell.
  const told = deletions.length > 0 ? [] : statusActions(observed, statusOfDeletion(observed));
  return { actions: [...deletions, ...marks, ...told] };
}

interface Owned {
  readonly target: DeletedKind;
  readonly metadata: ObjectMeta;
}

function ownedWorkload(observed: Observed): readonly Owned[] {
  const { deployment, statefulSet, service, headlessService } = observed;
  return [
    ...ownedBy(observed, 'Deployment', deployment),
    ...ownedBy(observed, 'StatefulSet', statefulSet),
    ...ownedBy(observed, 'Service', service),
    ...ownedBy(observed, 'Service', headlessService),
  ];
}

function ownedBy(
  { workspace }: Observed,
  target: DeletedKind,
  object: { readonly metadata: ObjectMeta } | undefined,
): readonly Owned[] {
  return object !== undefined && isOwned(object, workspace) ? [{ target, metadata: object.metadata }] : [];
}

/** Whatever brings nodes; the claims of a NodePool go with it. */
function nodeRequests({ claims, nodePool }: Observed): readonly Owned[] {
  return [
    ...(nodePool === undefined ? [] : [{ target: 'NodePool' as const, metadata: nodePool.metadata }]),
    ...claims.filter((claim) => !isPooled(claim)).map(({ api, metadata }) => ({ target: api, metadata })),
  ];
}
