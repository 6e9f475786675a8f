import { describe, expect, it } from '@jest/globals';

import { nodeName } from './simulated-cluster.ts';
import { Simulation } from './simulation.ts';

const claim = 'ws0123456789'.slice(0, 11);

describe('a claim', () => {
  it('is Ready when its Node is, with one create and no more than a look for failures', async () => {
    const world = new Simulation();
    world.cluster.addMachine(claim);
    await world.run(() => world.cluster.isReady(claim), 120);
    expect(world.seconds).toBe(40);
    expect(world.cloud.calls.map(({ at, verb, outcome }) => `${(at - Date.UTC(2026, 0, 1)) / 1000} ${verb} ${outcome}`)).toEqual([]);
    expect(world.cluster.writes).toEqual([]);
  });

  it('is gone when its pool is', async () => {
    const world = new Simulation();
    world.cluster.addMachine(claim);
    await world.runFor(100);
    world.cluster.addPod('answer', nodeName(claim));
    world.cluster.requestMachineDeletion(claim);
    await world.run(() => world.cluster.machines.size === 0, 120);
    expect(world.seconds).toBe(122);
    expect(world.cloud.calls.map(({ at, verb, outcome }) => `${(at - Date.UTC(2026, 0, 1)) / 1000} ${verb} ${outcome}`)).toEqual([]);
    expect(world.cluster.writes).toEqual([]);
  });
});
