import { describe, expect, it } from '@jest/globals';
import type { Pod } from '@kaito/types';

import { aPod, NOW, secondsAgo } from '../../../test/builders.ts';
import { planDrain } from './drain.ts';
import type { Drain, DrainRules } from './drain.ts';

const machine: DrainRules = { api: 'Machine', now: NOW, stuckPodMs: 60_000 };
const nodeClaim: DrainRules = { ...machine, api: 'NodeClaim' };
const DONE = { isDone: true, evict: [], remove: [] };

const critical = { priorityClassName: 'system-cluster-critical' };
const daemon = { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'd', uid: 'd' }] };
const doNotDisrupt = { annotations: { 'karpenter.sh/do-not-disrupt': 'true' } };

describe('planDrain', () => {
  it('is done when nothing is left that must leave', () => {
    expect(drain(machine)).toEqual(DONE);
    const owner = { apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'n' };
    const pods = [
      aPod('ended', { status: { phase: 'Succeeded' } }),
      aPod('failed', { status: { phase: 'Failed' } }),
      aPod('mirror', { metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } }),
      aPod('static', { metadata: { ownerReferences: [owner] } }),
      aPod('everywhere', { spec: { tolerations: [{ operator: 'Exists' }] } }),
    ];
    expect(drain(machine, ...pods)).toEqual(DONE);
    expect(drain(nodeClaim, ...pods)).toEqual(DONE);
  });

  it('lets pods stay that tolerate what closes the Node, which differs between the eras', () => {
    const unschedulable = tolerating({ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' });
    const disrupted = tolerating({ key: 'karpenter.sh/disrupted', operator: 'Exists', effect: 'NoSchedule' });
    expect(names(drain(machine, unschedulable, disrupted))).toEqual([disrupted.metadata.name]);
    expect(names(drain(nodeClaim, unschedulable, disrupted))).toEqual([unschedulable.metadata.name]);
  });

  it('evicts pods that tolerate something else', () => {
    const tolerations = [
      { key: 'sku', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoExecute' },
    ];
    expect(names(drain(machine, aPod('a', { spec: { tolerations } })))).toEqual(['a']);
  });

  it('evicts pods of the era of Machines that forbid voluntary evictions: a deletion is none', () => {
    const annotations = { 'karpenter.sh/do-not-evict': 'true', ...doNotDisrupt.annotations };
    expect(names(drain(machine, aPod('a', { metadata: { annotations } })))).toEqual(['a']);
  });

  it('waits in the era of NodeClaims for pods that are not to be disrupted, and says for which', () => {
    const held = drain(nodeClaim, aPod('b', { metadata: doNotDisrupt }), aPod('a'));
    expect(names(held)).toEqual(['a']);
    expect(held.obstacle).toEqual({
      isHeldUp: true,
      message: 'pod default/b stays: it has the annotation karpenter.sh/do-not-disrupt; delete it to go on',
    });
  });

  it('evicts critical pods when no other is left', () => {
    expect(names(drain(machine, aPod('critical', { spec: critical }), aPod('a')))).toEqual(['a']);
    const leaving = aPod('a', { metadata: { deletionTimestamp: '2026-01-01T01:00:10Z' } });
    expect(names(drain(machine, aPod('critical', { spec: critical }), leaving))).toEqual([]);
    expect(names(drain(machine, aPod('critical', { spec: critical })))).toEqual(['critical']);
  });

  it('knows four groups in the era of NodeClaims', () => {
    const pods = [
      aPod('critical-daemon', { metadata: daemon, spec: critical }),
      aPod('critical', { spec: critical }),
      aPod('daemon', { metadata: daemon }),
      aPod('workload'),
    ];
    for (const last of [4, 3, 2, 1]) {
      expect(names(drain(nodeClaim, ...pods.slice(0, last)))).toEqual([pods[last - 1]?.metadata.name]);
    }
  });

  it('waits for a pod that ends, but not for one whose kubelet is silent', () => {
    expect(deletedAt('2026-01-01T00:59:30Z')).toMatchObject({ isDone: false, evict: [], againAfterMs: 30_000 });
    expect(deletedAt('2026-01-01T00:59:00Z')).toEqual(DONE);
  });

  it('does not tell a pod twice whose end the cache does not show yet', () => {
    const pod = aPod('a');
    expect(planDrain([{ pod, told: { at: secondsAgo(1), how: 'Evicted' } }], machine).evict).toEqual([]);
    expect(planDrain([{ pod, told: { at: secondsAgo(10), how: 'Evicted' } }], machine).evict).toEqual([pod]);
  });

  it('tries a refused pod again with pauses that double up to ten seconds, and says what refuses', () => {
    const pod = aPod('a');
    const after = (count: number, ms: number): Drain =>
      planDrain([{ pod, refused: { at: new Date(NOW.getTime() - ms), count, obstacle: 'Budget' } }], machine);
    expect(after(1, 99)).toMatchObject({ isDone: false, evict: [], againAfterMs: 1 });
    expect(after(1, 100)).toMatchObject({ isDone: false, evict: [pod] });
    expect(after(20, 9_000)).toMatchObject({ isDone: false, evict: [], againAfterMs: 1_000 });
    expect(after(20, 10_000).evict).toEqual([pod]);
    expect(after(1, 99).obstacle?.message).toBe(
      'pod default/a stays: a PodDisruptionBudget refuses its eviction; delete it to go on',
    );
  });
});

describe('the deadline of a drain', () => {
  const deadline = new Date(NOW.getTime() + 60_000);
  const rules = { ...nodeClaim, deadline };

  it('is kept by deleting a pod when just its own grace is left, whatever forbids its eviction', () => {
    const refused = { at: NOW, count: 1, obstacle: 'Budget' } as const;
    const patient = aPod('patient', { metadata: doNotDisrupt, spec: { terminationGracePeriodSeconds: 60 } });
    const quick = aPod('quick', { spec: { terminationGracePeriodSeconds: 10 } });
    const planned = planDrain([{ pod: patient }, { pod: quick, refused }], rules);
    expect(planned.remove).toEqual([{ pod: patient, graceSeconds: 60 }]);
    expect(planned.evict).toEqual([]);
    expect(planDrain([{ pod: quick, refused: { ...refused, count: 20 } }], rules)).toMatchObject({
      remove: [],
      againAfterMs: 10_000,
    });
  });

  it('shortens the grace of pods that would end later, once', () => {
    const slow = { terminationGracePeriodSeconds: 3_600 };
    const late = aPod('late', { metadata: { deletionTimestamp: '2026-01-01T01:59:00Z' }, spec: slow });
    expect(drain(rules, late).remove).toEqual([{ pod: late, graceSeconds: 60 }]);
    const inTime = aPod('in-time', { metadata: { deletionTimestamp: '2026-01-01T01:01:00Z' }, spec: slow });
    expect(drain(rules, inTime).remove).toEqual([]);
  });

  it('ends the wait, with what is left told to end', () => {
    const past = { ...nodeClaim, deadline: secondsAgo(0) };
    const pod = aPod('a', { metadata: doNotDisrupt });
    expect(drain(past, pod)).toEqual({ isDone: true, evict: [], remove: [{ pod, graceSeconds: 1 }] });
    const told = aPod('b', { metadata: { deletionTimestamp: '2026-01-01T01:00:01Z' } });
    expect(drain(past, told)).toEqual(DONE);
  });
});

function tolerating(toleration: { readonly key: string; readonly operator: string; readonly effect?: string }): Pod {
  return aPod(toleration.key.replaceAll('/', '-'), { spec: { tolerations: [toleration] } });
}

function deletedAt(deletionTimestamp: string): Drain {
  return drain(machine, aPod('a', { metadata: { deletionTimestamp } }));
}

function drain(rules: DrainRules, ...pods: readonly Pod[]): Drain {
  return planDrain(
    pods.map((pod) => ({ pod })),
    rules,
  );
}

function names({ evict }: Drain): readonly string[] {
  return evict.map(({ metadata }) => metadata.name);
}
