import { beforeEach, describe, expect, it } from '@jest/globals';
import type { MetricLabels, Metrics } from '@kaito/controller-runtime';

import { aClaim, aRegisteredNode, NOW, observed, secondsAgo } from '../../test/builders.ts';
import { refOf } from '../core/claim/claim.ts';
import type { Claim } from '../core/claim/claim.ts';
import { provisionerMetrics } from './provisioner-metrics.ts';
import type { ProvisionerMetrics } from './provisioner-metrics.ts';

let lines: string[];
let metrics: ProvisionerMetrics;

beforeEach(() => {
  lines = [];
  metrics = provisionerMetrics(recorder());
});

describe('the figures of the provisioner', () => {
  it('count the stages that a status brings, once, and how long a condition stood', () => {
    const claim = aClaim({
      status: {
        conditions: [{ type: 'MachineLaunched', status: 'False', lastTransitionTime: '2026-01-01T00:59:30Z' }],
      },
    });
    const status = { conditions: [{ type: 'MachineLaunched', status: 'True' }] };
    metrics.done({ kind: 'PatchClaimStatus', claim: refOf(claim), status }, observed({ claim }));
    metrics.done({ kind: 'PatchClaimStatus', claim: refOf(claim), status }, observed({ claim: { ...claim, status } }));
    expect(lines).toEqual([
      'karpenter_machines_launched{}',
      'operator_status_condition_transitions_total{karpenter.sh,Machine,MachineLaunched,True}',
      'operator_status_condition_transition_seconds{karpenter.sh,Machine,MachineLaunched,False} 30',
    ]);
  });

  it('say how long a NodeClaim, its pool and its Node took to go', () => {
    const claim: Claim = { ...aClaim(), api: 'NodeClaim', isDeleting: true, deletedAt: secondsAgo(60) };
    const gone = aRegisteredNode({
      metadata: { deletionTimestamp: '2026-01-01T00:59:10Z', creationTimestamp: '2026-01-01T00:00:00Z' },
    });
    const release = { metadata: { resourceVersion: '1', finalizers: [] } };
    metrics.done({ kind: 'DeletePool', createdAt: NOW }, observed({ claim, now: secondsAgo(20) }));
    metrics.done({ kind: 'PatchNode', node: gone.metadata.name, patch: release }, observed({ claim, nodes: [gone] }));
    metrics.done({ kind: 'PatchClaim', claim: refOf(claim), patch: release }, observed({ claim }));
    expect(lines).toEqual([
      'karpenter_nodes_terminated{}',
      'karpenter_nodes_terminated_total{}',
      'karpenter_nodes_drained_total{}',
      'karpenter_nodes_lifetime_duration_seconds{} 3600',
      'karpenter_nodes_termination_time_seconds{} 50',
      'karpenter_nodes_termination_duration_seconds{} 50',
      'karpenter_nodeclaims_termination_duration_seconds{} 60',
      'karpenter_nodeclaims_instance_termination_duration_seconds{} 20',
    ]);
  });

  it('tell a NodeClaim that had been fine from one that never was', () => {
    const claim: Claim = { ...aClaim(), api: 'NodeClaim' };
    metrics.givenUp(claim, 'insufficient_capacity');
    metrics.givenUp({ ...claim, providerId: 'azure:///1' }, 'unhealthy');
    expect(lines).toEqual([
      'karpenter_nodeclaims_terminated_total{insufficient_capacity}',
      'karpenter_nodeclaims_terminated_total{unhealthy}',
      'karpenter_nodeclaims_disrupted_total{unhealthy}',
      'karpenter_nodeclaims_unhealthy_disrupted_total{Ready}',
    ]);
  });
});

/** Writes down each sample with the values of its labels that say something. */
function recorder(): Metrics {
  return {
    counter: (name) => ({
      inc: (labels) => {
        note(name, labels);
      },
    }),
    gauge: () => ({ set: () => undefined }),
    histogram: (name) => ({
      observe: (value, labels) => {
        note(name, labels, value);
      },
    }),
  };
}

function note(name: string, labels: MetricLabels = {}, value?: number): void {
  const keys = ['group', 'kind', 'type', 'status', 'reason', 'condition'];
  const said = keys.map((key) => labels[key] ?? '').filter((text) => text !== '');
  lines.push(`${name}{${said.join()}}${value === undefined ? '' : ` ${value}`}`);
}
