import { describe, expect, it } from '@jest/globals';

import { aPod, NOW, secondsAgo } from '../../test/builders.ts';
import { planDrain } from './drain.ts';
import type { Drain } from './drain.ts';

const critical = { priorityClassName: 'system-cluster-critical' };

describe('planDrain', () => {
  it('is done when nothing is left that must leave', () => {
    expect(drain()).toEqual({ isDone: true, evict: [] });
    const owner = { apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'n' };
    expect(
      drain(
        aPod('ended', { status: { phase: 'Succeeded' } }),
        aPod('failed', { status: { phase: 'Failed' } }),
        aPod('mirror', { metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } }),
        aPod('static', { metadata: { ownerReferences: [owner] } }),
        aPod('daemon', { spec: { tolerations: [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }] } }),
        aPod('everywhere', { spec: { tolerations: [{ operator: 'Exists' }] } }),
      ),
    ).toEqual({ isDone: true, evict: [] });
  });

  it('evicts pods that tolerate something else', () => {
    const tolerations = [
      { key: 'sku', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoExecute' },
    ];
    expect(names(drain(aPod('a', { spec: { tolerations } })))).toEqual(['a']);
  });

  it('evicts pods that forbid voluntary evictions: a deletion is none', () => {
    const annotations = { 'karpenter.sh/do-not-evict': 'true' };
    expect(names(drain(aPod('a', { metadata: { annotations } })))).toEqual(['a']);
  });

  it('evicts critical pods when no other is left', () => {
    expect(names(drain(aPod('critical', { spec: critical }), aPod('a')))).toEqual(['a']);
    const leaving = aPod('a', { metadata: { deletionTimestamp: '2026-01-01T01:00:10Z' } });
    expect(names(drain(aPod('critical', { spec: critical }), leaving))).toEqual([]);
    expect(names(drain(aPod('critical', { spec: critical })))).toEqual(['critical']);
  });

  it('waits for a pod that ends, but not for one whose kubelet is silent', () => {
    expect(deletedAt('2026-01-01T00:59:30Z')).toEqual({ isDone: false, evict: [], againAfterMs: 30_000 });
    expect(deletedAt('2026-01-01T00:59:00Z')).toEqual({ isDone: true, evict: [] });
  });

  it('tries a refused pod again with pauses that double up to ten seconds', () => {
    const pod = aPod('a');
    const after = (count: number, ms: number): Drain =>
      planDrain([{ pod, refused: { at: new Date(NOW.getTime() - ms), count } }], { now: NOW, stuckPodMs: 60_000 });
    expect(after(1, 99)).toEqual({ isDone: false, evict: [], againAfterMs: 1 });
    expect(after(1, 100)).toEqual({ isDone: false, evict: [pod] });
    expect(after(20, 9_000)).toEqual({ isDone: false, evict: [], againAfterMs: 1_000 });
    expect(
      planDrain([{ pod, refused: { at: secondsAgo(10), count: 20 } }], { now: NOW, stuckPodMs: 60_000 }).evict,
    ).toEqual([pod]);
  });
});

function deletedAt(deletionTimestamp: string): Drain {
  return drain(aPod('a', { metadata: { deletionTimestamp } }));
}

function drain(...pods: readonly ReturnType<typeof aPod>[]): Drain {
  return planDrain(
    pods.map((pod) => ({ pod })),
    { now: NOW, stuckPodMs: 60_000 },
  );
}

function names({ evict }: Drain): readonly string[] {
  return evict.map(({ metadata }) => metadata.name);
}
