import type { NodeSource } from './claims/node-source.ts';
import type { ClaimPlan } from './claims/plan-claims.ts';
import type { Fleet } from './nodes/fleet.ts';
import type { Observed } from './observed.ts';
import type { Settings } from './settings.ts';
import type { Spec } from './spec/spec.ts';
import type { WorkloadPlan } from './workload/plan-workload.ts';

/** An action that the API server refused. */
export interface Failure {
  readonly area: 'nodes' | 'workload';
  readonly message: string;
}

/** What was observed, what it means, and what is about to be done: all that the status is computed from. */
export interface Situation {
  readonly observed: Observed;
  readonly spec: Spec;
  readonly settings: Settings;
  /** How its nodes are come by. */
  readonly source: NodeSource;
  readonly fleet: Fleet;
  readonly claims: ClaimPlan;
  readonly workload: WorkloadPlan;
  readonly failure?: Failure;
}
