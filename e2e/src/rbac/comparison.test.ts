import { describe, expect, it } from '@jest/globals';

import type { Call } from './audit-call.ts';
import { compare } from './comparison.ts';
import type { Need } from './need.ts';
import type { Permission } from './permission.ts';

const call: Call = { id: '1', user: 'x', verb: '', uri: '', group: '', resource: '', message: '', blockedOwners: [] };

const needed: readonly Permission[] = [
  { scope: 'cluster', group: '', resource: 'nodes', verb: 'patch' },
  { scope: 'cluster', group: '', resource: 'nodes', verb: 'watch' },
  { scope: 'cluster', group: '', resource: 'namespaces', verb: 'get', name: 'kube-system' },
  { scope: 'namespace', group: 'coordination.k8s.io', resource: 'leases', verb: 'get', name: 'leader' },
];
const needs = needed.map((permission): Need => ({ permission, calls: 2, refused: 0, example: call }));

describe('compare', () => {
  it('finds nothing where every grant is needed and every need granted', () => {
    expect(compare(needed, needs)).toMatchObject({ unused: [], missing: [] });
  });

  it.each(needed)('reports that $verb $resource is missing', (absent) => {
    const granted = needed.filter((permission) => permission !== absent);
    const { unused, missing } = compare(granted, needs);
    expect({ unused, missing: missing.map(({ permission }) => permission) }).toEqual({ unused: [], missing: [absent] });
  });

  it.each<[string, Permission]>([
    ['another verb', { scope: 'cluster', group: '', resource: 'nodes', verb: 'delete' }],
    ['another resource', { scope: 'cluster', group: '', resource: 'secrets', verb: 'watch' }],
    ['another group', { scope: 'cluster', group: 'apps', resource: 'nodes', verb: 'patch' }],
    ['another place', { scope: 'namespace', group: '', resource: 'nodes', verb: 'patch' }],
    ['any object instead of one', { scope: 'cluster', group: '', resource: 'namespaces', verb: 'get' }],
    ['another object', { scope: 'cluster', group: '', resource: 'namespaces', verb: 'get', name: 'default' }],
  ])('reports a grant of %s as unused', (_, foreign) => {
    expect(compare([...needed, foreign], needs)).toMatchObject({ unused: [foreign], missing: [] });
  });

  it('reports what is granted in too few places, or too widely, as both', () => {
    const lease = { scope: 'namespace', group: 'coordination.k8s.io', resource: 'leases', verb: 'get' } as const;
    const wide: Permission = { ...lease, scope: 'cluster' };
    const granted = [...needed.slice(0, -1), wide];
    expect(compare(granted, needs)).toMatchObject({ unused: [wide], missing: [] });
    const narrow: Permission = { scope: 'namespace', group: '', resource: 'nodes', verb: 'patch' };
    expect(compare([narrow, ...needed.slice(1)], needs)).toMatchObject({ unused: [narrow], missing: [needs[0]] });
  });

  it('reports what was refused although it is granted', () => {
    const [first, ...rest] = needs;
    const refused = first === undefined ? [] : [{ ...first, refused: 1 }];
    expect(compare(needed, [...refused, ...rest]).missing).toEqual(refused);
  });
});
