import { describe, expect, it } from '@jest/globals';

import { NOW, secondsAgo } from '../../../test/builders.ts';
import { OperationGate } from './operation-gate.ts';
import type { GateRequest, Transitions } from './operation-gate.ts';

const a: GateRequest = { name: 'wsa', operation: 'create', createdAt: secondsAgo(10) };
const b: GateRequest = { name: 'wsb', operation: 'create', createdAt: secondsAgo(5) };
const d: GateRequest = { name: 'wsd', operation: 'delete', createdAt: secondsAgo(1) };
const calm: Transitions = { names: [], listedAt: NOW };
const later = new Date(NOW.getTime() + 1000);

describe('the operation gate', () => {
  it('lets one operation through at a time until it knows the cluster', () => {
    const gate = new OperationGate();
    expect(gate.enter(a, calm, NOW)).toBe(true);
    expect(gate.turn(b, calm, NOW)).toEqual({ mayGo: false });
    expect(gate.enter(b, calm, NOW)).toBe(false);
    gate.exit('wsa', 'Accepted', NOW);
    expect(gate.turn(b, { names: ['wsa'], listedAt: NOW }, NOW)).toEqual({ mayGo: true });
  });

  it('lets all through once a create was accepted while another pool was in transition', () => {
    const gate = new OperationGate();
    gate.enter(a, { names: ['wsx'], listedAt: NOW }, NOW);
    gate.exit('wsa', 'Accepted', NOW);
    gate.enter(b, calm, NOW);
    expect(gate.turn(d, { names: ['wsa', 'wsb'], listedAt: NOW }, NOW)).toEqual({ mayGo: true });
  });

  it('learns nothing from a create that had the cluster to itself', () => {
    const gate = new OperationGate();
    gate.enter(a, { names: ['wsa'], listedAt: NOW }, NOW);
    gate.exit('wsa', 'Accepted', NOW);
    gate.enter(b, calm, NOW);
    expect(gate.turn(d, calm, NOW)).toEqual({ mayGo: false });
  });

  it('waits after a conflict until a later list shows that the cluster is calm', () => {
    const gate = new OperationGate();
    gate.enter(a, calm, NOW);
    gate.exit('wsa', 'Busy', NOW);
    expect(gate.turn(a, calm, later)).toEqual({ mayGo: false });
    expect(gate.turn(a, { names: ['wsx'], listedAt: later }, later)).toEqual({ mayGo: false });
    expect(gate.turn(a, { names: [], listedAt: later }, later)).toEqual({ mayGo: true });
    expect(gate.turn(a, { names: ['wsa'], listedAt: later }, later)).toEqual({ mayGo: true });
  });

  it('asks anew after ten minutes whether the cluster takes several', () => {
    const gate = new OperationGate();
    gate.enter(a, calm, secondsAgo(600));
    gate.exit('wsa', 'Busy', secondsAgo(600));
    expect(gate.turn(a, { names: ['wsx'], listedAt: NOW }, NOW)).toEqual({ mayGo: true });
  });

  it('lets deletes go first, then the oldest claim', () => {
    const gate = new OperationGate();
    gate.wait(b);
    expect(gate.turn(a, calm, NOW)).toEqual({ mayGo: true });
    gate.wait(a);
    gate.wait(d);
    expect(gate.waiting.map(({ name }) => name)).toEqual(['wsd', 'wsa', 'wsb']);
    expect(gate.turn(a, calm, NOW)).toEqual({ mayGo: false });
    expect(gate.turn(d, calm, NOW)).toEqual({ mayGo: true });
    gate.leave('wsd');
    expect(gate.turn(b, calm, NOW)).toEqual({ mayGo: false });
    expect(gate.turn(a, calm, NOW)).toEqual({ mayGo: true });
  });

  it('keeps claims of the same age in the order of their names', () => {
    const gate = new OperationGate();
    gate.wait({ ...b, createdAt: a.createdAt });
    gate.wait(a);
    expect(gate.waiting.map(({ name }) => name)).toEqual(['wsa', 'wsb']);
  });

  it('is silent for as long as it was asked to be, for that kind of operation', () => {
    const gate = new OperationGate();
    gate.keepQuiet('create', 17_000, NOW);
    expect(gate.turn(a, calm, NOW)).toEqual({ mayGo: false, until: secondsAgo(-17) });
    expect(gate.turn(d, calm, NOW)).toEqual({ mayGo: true });
    expect(gate.turn(a, calm, secondsAgo(-17))).toEqual({ mayGo: true });
  });
});
