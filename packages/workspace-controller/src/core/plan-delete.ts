import { finalizers } from '@kaito/types';
import type { ObjectMeta } from '@kaito/types';

import type { Action, Plan, WorkloadKind } from './actions.ts';
import { isLeaving } from './leaving.ts';
import type { Observed } from './observed.ts';
import { statusActions } from './status/plan-status.ts';
import { statusOfDeletion } from './status/status.ts';
import { isOwned } from './workload/owned.ts';

/** Workload and Service first, so that nothing runs on the nodes; then the claims; the finalizer when all are gone. */
export function planDelete(observed: Observed): Plan {
  const { workspace, machines } = observed;
  if (workspace.metadata.finalizers?.includes(finalizers.workspace) !== true) {
    return { actions: [] };
  }
  const workload = ownedWorkload(observed);
  if (workload.length === 0 && machines.length === 0) {
    return { actions: [{ kind: 'RemoveFinalizer' }] };
  }
  const claims = machines.map(({ metadata }) => ({ target: 'Machine' as const, metadata }));
  const deletions = [...workload, ...claims]
    .filter((object) => !isLeaving(object))
    .map(({ target, metadata: { name, uid } }): Action => ({ kind: 'Delete', target, name, uid }));
  return { actions: [...deletions, ...statusActions(observed, statusOfDeletion(observed))] };
}

interface Owned {
  readonly target: WorkloadKind;
  readonly metadata: ObjectMeta;
}

function ownedWorkload({ workspace, deployment, service }: Observed): readonly Owned[] {
  return [
    ...(deployment !== undefined && isOwned(deployment, workspace)
      ? [{ target: 'Deployment' as const, metadata: deployment.metadata }]
      : []),
    ...(service !== undefined && isOwned(service, workspace)
      ? [{ target: 'Service' as const, metadata: service.metadata }]
      : []),
  ];
}
