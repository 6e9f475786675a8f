import type { Action } from '../actions.ts';
import type { Fleet } from '../nodes/fleet.ts';
import { gpusOnEach } from '../nodes/gpus.ts';
import type { Observed } from '../observed.ts';
import { findSize } from '../spec/sizes.ts';
import type { Spec } from '../spec/spec.ts';
import { desiredDeployment } from './deployment.ts';
import { ownedState } from './owned.ts';
import type { Desired, OwnedState } from './owned.ts';
import { desiredService } from './service.ts';

export interface WorkloadPlan {
  readonly service: OwnedState;
  /** `undecided`: how many GPUs to ask for is not known before a node shows them. */
  readonly deployment: OwnedState | 'undecided';
  readonly actions: readonly Action[];
}

/** Service and Deployment are applied before there is a node: pods wait for it, and start the moment it can take them. */
export function planWorkload({ workspace, deployment, service }: Observed, spec: Spec, fleet: Fleet): WorkloadPlan {
  const wantedService = desiredService(workspace);
  const gpus = gpusPerPod(spec, fleet);
  const wantedDeployment = gpus === undefined ? undefined : desiredDeployment(workspace, spec, gpus);
  const serviceState = ownedState(service, wantedService, workspace);
  const deploymentState =
    wantedDeployment === undefined ? 'undecided' : deploymentStateOf(deployment, wantedDeployment, workspace);
  return {
    service: serviceState,
    deployment: deploymentState,
    actions: [...applied(wantedService, serviceState), ...applied(wantedDeployment, deploymentState)],
  };
}

/** All GPUs of a node: the table knows, else the nodes show it. */
function gpusPerPod({ resource, workload }: Spec, { workers, absent }: Fleet): number | undefined {
  const { instanceType, needsGpus } = resource;
  const size = findSize(instanceType);
  if (size !== undefined) {
    return size.gpus;
  }
  return needsGpus && workload.kind !== 'template' ? gpusOnEach([...workers, ...absent]) : 0;
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

function applied(desired: Desired | undefined, state: WorkloadPlan['deployment']): readonly Action[] {
  return desired !== undefined && (state === 'absent' || state === 'outdated')
    ? [{ kind: 'Apply', target: desired.target, manifest: desired.manifest }]
    : [];
}
