import { beforeEach, describe, expect, it } from '@jest/globals';

import { pods, statefulSets } from '../kinds.ts';
import { isTrue, numberAt } from '../reading.ts';
import { SmallWorld, workload } from '../small-world.ts';

const HOUR = 3_600_000;

describe('a StatefulSet', () => {
  let world: SmallWorld;

  beforeEach(() => {
    world = new SmallWorld();
  });

  function readyReplicas(): number {
    return numberAt(world.only(statefulSets), 'status', 'readyReplicas');
  }

  it('brings its pods up one after the other', () => {
    world.make(statefulSets, { replicas: 2, serviceName: 'phi', ...workload() });
    world.schedule.until(() => world.all(pods).some((pod) => isTrue(pod, 'Ready')));
    expect(world.podNames()).toEqual(['phi-0']);
    world.schedule.until(() => readyReplicas() === 2);
    expect(world.podNames()).toEqual(['phi-0', 'phi-1']);
  });

  it('brings them up at once where it may', () => {
    world.make(statefulSets, { replicas: 2, serviceName: 'phi', podManagementPolicy: 'Parallel', ...workload() });
    world.schedule.until(() => world.all(pods).length === 2);
    expect(readyReplicas()).toBe(0);
  });

  it('takes its pods down from above', () => {
    world.make(statefulSets, { replicas: 3, serviceName: 'phi', podManagementPolicy: 'Parallel', ...workload() });
    world.schedule.until(() => readyReplicas() === 3);
    world.patch(statefulSets, { replicas: 1 });
    world.schedule.until(() => world.all(pods).length === 2);
    expect(world.podNames()).toEqual(['phi-0', 'phi-1']);
    world.schedule.until(() => world.all(pods).length === 1);
    expect(world.podNames()).toEqual(['phi-0']);
  });

  it('renews a pod under its name', () => {
    world.make(statefulSets, { replicas: 1, serviceName: 'phi', ...workload() });
    world.schedule.until(() => readyReplicas() === 1);
    const { uid } = world.only(pods).metadata;
    world.patch(statefulSets, workload('server:2'));
    world.schedule.until(() => world.all(pods).some((pod) => pod.metadata.uid !== uid && isTrue(pod, 'Ready')));
    world.schedule.advance(1_000);
    expect(world.podNames()).toEqual(['phi-0']);
    expect(world.only(statefulSets)).toMatchObject({
      status: { updatedReplicas: 1, readyReplicas: 1, observedGeneration: 2 },
    });
  });

  it('waits for ever for a pod that never comes up, even with a better template', () => {
    world.cluster.decideFates(() => ({ kind: 'ImageMissing' }));
    world.make(statefulSets, { replicas: 1, serviceName: 'phi', ...workload() });
    world.schedule.advance(HOUR);
    const { uid } = world.only(pods).metadata;
    world.patch(statefulSets, workload('server:2'));
    world.schedule.advance(HOUR);
    expect(world.only(pods).metadata.uid).toBe(uid);
  });

  it('comes to rest', () => {
    world.make(statefulSets, { replicas: 2, serviceName: 'phi', ...workload() });
    world.schedule.advance(HOUR);
    const { version } = world.server;
    world.schedule.advance(HOUR);
    expect(world.server.version).toBe(version);
    expect(world.schedule.step()).toBe(false);
  });
});
