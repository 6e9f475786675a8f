import { finalizers } from '@kaito/types';

import type { Action, Plan } from './actions.ts';
import { claimActions } from './claims/claim-actions.ts';
import { nodeSourceOf } from './claims/node-source.ts';
import type { NodeSource } from './claims/node-source.ts';
import { planClaims } from './claims/plan-claims.ts';
import { isLeaving } from './leaving.ts';
import { fleetOf } from './nodes/fleet.ts';
import { namesOf } from './nodes/nodes.ts';
import { planLabels } from './nodes/plan-labels.ts';
import type { Observed } from './observed.ts';
import { planDelete } from './plan-delete.ts';
import type { Settings } from './settings.ts';
import type { Failure, Situation } from './situation.ts';
import { isRead } from './spec/reading.ts';
import type { Reading } from './spec/reading.ts';
import { readSpec } from './spec/spec.ts';
import type { Spec } from './spec/spec.ts';
import { untilNextDeadlineMs } from './status/deadlines.ts';
import { statusActions } from './status/plan-status.ts';
import { statusOf, statusOfProblems } from './status/status.ts';
import { planWorkload } from './workload/plan-workload.ts';

/** Decides the next writes for one Workspace. Pure: the same input gives the same plan. */
export function plan(observed: Observed, settings: Settings): Plan {
  const { workspace } = observed;
  if (isLeaving(workspace)) {
    return planDelete(observed);
  }
  if (workspace.metadata.finalizers?.includes(finalizers.workspace) !== true) {
    // First, and alone: what is created before the finalizer exists can leak.
    return { actions: [{ kind: 'AddFinalizer' }] };
  }
  const spec = specOf(observed, settings);
  return isRead(spec)
    ? planRun(situationOf(observed, spec.value, settings))
    : { actions: statusActions(observed, statusOfProblems(observed, spec.problems)) };
}

/** Tells the user that the API server refused one of the plan's actions; nothing when he has been told. */
export function planFailure(observed: Observed, settings: Settings, failure: Failure): readonly Action[] {
  const spec = specOf(observed, settings);
  if (isLeaving(observed.workspace) || !isRead(spec)) {
    return [];
  }
  const situation = { ...situationOf(observed, spec.value, settings), failure };
  // Claims come before the workload: those of a plan that failed at the workload have been made.
  const made = failure.area === 'workload' ? situation.claims : { names: [] };
  return statusActions(observed, statusOf({ ...situation, claims: made }));
}

function specOf(observed: Observed, settings: Settings): Reading<Spec> {
  return readSpec(observed.workspace, settings, nodeSourceOf(observed, settings.nodes).kind);
}

function situationOf(observed: Observed, spec: Spec, settings: Settings): Situation {
  const source = nodeSourceOf(observed, settings.nodes);
  const { fleet, claims } = nodesOf({ ...observed, rivals: ableRivals(observed, settings) }, spec, source);
  return {
    observed,
    spec,
    settings,
    source,
    fleet,
    claims,
    workload: planWorkload(observed, spec, fleet),
  };
}

/** Nobody gives way to a Workspace that could not run. */
function ableRivals({ rivals }: Observed, settings: Settings): Observed['rivals'] {
  return rivals.filter(({ workspace }) => isRead(readSpec(workspace, settings, 'byo')));
}

/** Nodes that are there are taken only together with claims for the rest. */
function nodesOf(observed: Observed, { resource }: Spec, source: NodeSource): Pick<Situation, 'fleet' | 'claims'> {
  const fleet = fleetOf(observed, resource);
  const claims = planClaims(observed, resource, fleet, source);
  if (fleet.reserved.length === 0 || claims.pool !== undefined || claims.names.length >= fleet.missing) {
    return { fleet, claims };
  }
  const alone = fleetOf(observed, resource, false);
  return { fleet: alone, claims: planClaims(observed, resource, alone, source) };
}

function planRun(situation: Situation): Plan {
  const { observed, spec, fleet, workload } = situation;
  const requeueAfterMs = untilNextDeadlineMs(situation);
  const marks = planLabels(observed, spec.resource, fleet);
  return {
    actions: [
      // first: the longest wait begins with them
      ...claimActions(situation),
      ...workload.actions,
      ...marks.before,
      ...statusActions(observed, statusOf(situation), namesOf(fleet.reserved)),
      ...marks.after,
    ],
    ...(requeueAfterMs === undefined ? {} : { requeueAfterMs }),
  };
}
