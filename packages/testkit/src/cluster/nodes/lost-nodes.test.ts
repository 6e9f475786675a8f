import { beforeEach, describe, expect, it } from '@jest/globals';

import { deployments, nodes, pods } from '../kinds.ts';
import { conditionOf, isLeaving, isTrue, numberAt, textAt } from '../reading.ts';
import { taintsOf } from '../scheduling/taints.ts';
import { SmallWorld, workload } from '../small-world.ts';

const MINUTE = 60_000;

describe('a lost node', () => {
  let world: SmallWorld;

  beforeEach(() => {
    world = new SmallWorld();
    world.make(deployments, { replicas: 1, ...workload() });
    world.schedule.until(() => numberAt(world.only(deployments), 'status', 'readyReplicas') === 1);
  });

  it('is Unknown, tainted and its pods not ready when its kubelet falls silent; and well again when it speaks', () => {
    world.cluster.silence('a-0');
    world.schedule.until(() => conditionOf(world.only(nodes), 'Ready')?.['status'] === 'Unknown');
    world.schedule.advance(1_000);
    expect(taintsOf(world.only(nodes)).map(({ effect, key }) => `${key}:${effect}`)).toEqual([
      'node.kubernetes.io/unreachable:NoSchedule',
      'node.kubernetes.io/unreachable:NoExecute',
    ]);
    expect(isTrue(world.only(pods), 'Ready')).toBe(false);
    world.cluster.revive('a-0');
    world.schedule.until(() => numberAt(world.only(deployments), 'status', 'readyReplicas') === 1);
    expect(taintsOf(world.only(nodes))).toEqual([]);
  });

  it('loses its pods to another node after five minutes, and keeps what its kubelet cannot stop', () => {
    world.setVms({}, { id: 'vm-2', nodeName: 'a-1', providerId: 'azure:///a/1' });
    world.schedule.until(
      () => world.all(nodes).length === 2 && world.all(nodes).every((node) => isTrue(node, 'Ready')),
    );
    world.cluster.silence('a-0');
    world.schedule.until(() => world.all(pods).some(isLeaving));
    const [leaving] = world.all(pods).filter(isLeaving);
    expect(leaving === undefined ? undefined : conditionOf(leaving, 'DisruptionTarget')).toMatchObject({
      status: 'True',
      reason: 'DeletionByTaintManager',
    });
    world.schedule.until(() => numberAt(world.only(deployments), 'status', 'readyReplicas') === 1);
    world.schedule.advance(60 * MINUTE);
    expect(world.all(pods).map((pod) => [textAt(pod, 'spec', 'nodeName'), isLeaving(pod)])).toEqual(
      expect.arrayContaining([
        ['a-0', true],
        ['a-1', false],
      ]),
    );
  });

  it('does not come back when somebody has deleted it, and its pods are collected', () => {
    const { uid } = world.only(pods).metadata;
    world.server.delete({ type: nodes, key: { name: 'a-0' } });
    world.schedule.advance(30_000);
    expect(world.only(pods).metadata.uid).toBe(uid);
    world.schedule.until(() => world.all(pods).some((pod) => pod.metadata.uid !== uid));
    world.schedule.advance(60 * MINUTE);
    expect(world.all(nodes)).toEqual([]);
    expect(conditionOf(world.only(pods), 'PodScheduled')).toMatchObject({
      reason: 'Unschedulable',
      message: 'no nodes available to schedule pods',
    });
  });

  it('goes with its VM, and another VM brings another Node', () => {
    const before = world.only(nodes).metadata.uid;
    world.setVms({ id: 'vm-2', nodeName: 'b-0', providerId: 'azure:///b/0' });
    world.schedule.until(() => world.all(nodes).length === 1 && world.only(nodes).metadata.uid !== before);
    world.schedule.until(() => numberAt(world.only(deployments), 'status', 'readyReplicas') === 1);
    expect(textAt(world.only(pods), 'spec', 'nodeName')).toBe('b-0');
  });
});
