import { annotations, labels } from '@kaito/types';

import type { Action } from '../actions.ts';
import type { Fleet } from '../nodes/fleet.ts';
import { gpusOnEach } from '../nodes/gpus.ts';
import { isLeaving } from '../leaving.ts';
import type { Observed } from '../observed.ts';
import { findSize } from '../spec/sizes.ts';
import type { Spec } from '../spec/spec.ts';
import { desiredDeployment } from './deployment.ts';
import type { GroupPlan } from './group.ts';
import { desiredHeadlessService } from './headless-service.ts';
import { isOwned, ownedState } from './owned.ts';
import type { Desired, OwnedState } from './owned.ts';
import { planStatefulSet } from './plan-stateful-set.ts';
import { desiredService } from './service.ts';
import { keeperOf } from './shape.ts';

export interface WorkloadPlan {
  readonly service: OwnedState;
  /** `unneeded`: no pod has to be found by its own name. */
  readonly headless: OwnedState | 'unneeded';
  readonly keeper: Keeper;
  /** Of pods that start again as one. */
  readonly group?: GroupPlan;
  readonly actions: readonly Action[];
}

/** Whatever keeps the pods. */
export interface Keeper {
  readonly kind: 'Deployment' | 'StatefulSet';
  /** `undecided`: how many GPUs to ask for is not known before a node shows them. */
  readonly state: OwnedState | 'undecided';
}

interface KeeperPlan {
  readonly keeper: Keeper;
  readonly group?: GroupPlan;
  readonly actions: readonly Action[];
}

/** All is applied before there is a node: pods wait for it, and start the moment it can take them. */
export function planWorkload(observed: Observed, spec: Spec, fleet: Fleet): WorkloadPlan {
  const { workspace } = observed;
  const wantedService = desiredService(workspace, spec);
  const service = ownedState(observed.service, wantedService, workspace);
  const { actions, ...kept } = planFormer(observed, spec) ?? planKeeper(observed, spec, fleet);
  const isFound = kept.keeper.kind === 'StatefulSet' && kept.keeper.state !== 'adopted';
  const wantedHeadless = isFound ? desiredHeadlessService(workspace) : undefined;
  const headless =
    wantedHeadless === undefined ? 'unneeded' : ownedState(observed.headlessService, wantedHeadless, workspace);
  return {
    service,
    headless,
    ...kept,
    // What starts the pods comes first: they take longest.
    actions: [...actions, ...applied(wantedService, service), ...applied(wantedHeadless, headless)],
  };
}

/**
 * What kept the pods before and is not what keeps them now: the Go original's goes on, ours goes first, since the pods
 * of both would want the same nodes.
 */
function planFormer(observed: Observed, spec: Spec): KeeperPlan | undefined {
  const { workspace, deployment, statefulSet } = observed;
  const kind = keeperOf(spec);
  const [former, successor, formerKind] =
    kind === 'StatefulSet'
      ? ([deployment, statefulSet, 'Deployment'] as const)
      : ([statefulSet, deployment, 'StatefulSet'] as const);
  if (former === undefined || !isOwned(former, workspace)) {
    return undefined;
  }
  const { name, uid, annotations: annotated = {} } = former.metadata;
  const isOurs = annotated[annotations.applied] !== undefined;
  if (isLeaving(former)) {
    return { keeper: { kind, state: 'leaving' }, actions: [] };
  }
  if (isOurs) {
    return { keeper: { kind, state: 'leaving' }, actions: [{ kind: 'Delete', target: formerKind, name, uid }] };
  }
  return successor === undefined ? { keeper: { kind: formerKind, state: 'adopted' }, actions: [] } : undefined;
}

function planKeeper(observed: Observed, spec: Spec, fleet: Fleet): KeeperPlan {
  const kind = keeperOf(spec);
  const gpus = gpusPerPod(spec, fleet);
  if (gpus === undefined) {
    return { keeper: { kind, state: 'undecided' }, actions: [] };
  }
  if (kind === 'StatefulSet') {
    const { state, ...rest } = planStatefulSet(observed, spec, gpus);
    return { keeper: { kind, state }, ...rest };
  }
  const desired = desiredDeployment(observed.workspace, spec, gpus);
  const state = deploymentStateOf(observed.deployment, desired, observed.workspace);
  return { keeper: { kind, state }, actions: applied(desired, state) };
}

/** All GPUs of a node: the table knows, else the nodes show it. A preferred node may have fewer. */
function gpusPerPod({ resource, workload }: Spec, { workers, absent }: Fleet): number | undefined {
  const { instanceType, needsGpus } = resource;
  const size = findSize(instanceType);
  const nodes = [...workers, ...absent];
  if (size !== undefined) {
    const others = nodes.filter(({ metadata }) => findSize(metadata.labels?.[labels.instanceType] ?? '') !== size);
    return Math.min(size.gpus, gpusOnEach(others) ?? size.gpus);
  }
  return needsGpus && workload.kind !== 'template' ? gpusOnEach(nodes) : 0;
}

/** Somebody who scales the Deployment by hand leaves our mark in place. */
function deploymentStateOf(
  deployment: Observed['deployment'],
  desired: Desired,
  workspace: Observed['workspace'],
): OwnedState {
  const state = ownedState(deployment, desired, workspace);
  const isScaled = deployment?.spec.replicas !== (workspace.resource?.count ?? 1);
  return state === 'current' && isScaled ? 'outdated' : state;
}

function applied(desired: Desired | undefined, state: OwnedState | 'unneeded'): readonly Action[] {
  return desired !== undefined && (state === 'absent' || state === 'outdated')
    ? [{ kind: 'Apply', target: desired.target, manifest: desired.manifest }]
    : [];
}
