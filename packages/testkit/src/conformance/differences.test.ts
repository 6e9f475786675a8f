import { describe, expect, it } from '@jest/globals';

import { differences } from './differences.ts';

describe('differences', () => {
  it('finds none between equal outcomes, in whatever order their fields are', () => {
    expect(differences([{ a: 1, b: [2] }], [{ b: [2], a: 1 }])).toEqual([]);
  });

  it('names the innermost place with both values', () => {
    const model = [{ pods: [{ phase: 'Running', node: 'a' }] }];
    const real = [{ pods: [{ phase: 'Pending', node: 'a' }] }];
    expect(differences(model, real)).toEqual([{ path: '0.pods.0.phase', model: 'Running', real: 'Pending' }]);
  });

  it('shows what only one of them has', () => {
    expect(differences({ pods: [] }, { pods: [{ name: 'a' }] })).toEqual([
      { path: 'pods.0', model: undefined, real: { name: 'a' } },
    ]);
  });

  it('does not take a list for a record', () => {
    expect(differences({ a: [] }, { a: {} })).toEqual([{ path: 'a', model: [], real: {} }]);
  });
});
