import { describe, expect, it } from '@jest/globals';

import type { Call } from './audit-call.ts';
import { compare } from './comparison.ts';
import type { Permission } from './permission.ts';
import { report } from './report.ts';

const watch: Permission = { scope: 'cluster', group: '', resource: 'nodes', verb: 'watch' };
const get: Permission = {
  scope: 'namespace',
  group: 'coordination.k8s.io',
  resource: 'leases',
  verb: 'get',
  name: 'l',
};
const call: Call = {
  id: '1',
  user: 'x',
  verb: 'watch',
  uri: '/api/v1/nodes?watch=true',
  group: '',
  resource: 'nodes',
  message: '',
  blockedOwners: [],
};
const need = { permission: watch, calls: 2, refused: 0, example: call };

function lines(granted: readonly Permission[], isComplete = true): readonly string[] {
  return report('x', compare(granted, [need]), isComplete).map((line) => line.replaceAll(/ +/gu, ' '));
}

describe('report', () => {
  it('shows each right with the request that needs it', () => {
    expect(lines([watch])).toEqual([
      '',
      'x, everywhere',
      ' 2 calls watch nodes watch /api/v1/nodes',
      '',
      'x: granted − used = 0, used − granted = 0',
    ]);
  });

  it('shows what is not used, and what is missing', () => {
    expect(lines([get])).toEqual([
      '',
      'x, in its own namespace',
      ' UNUSED get leases.coordination.k8s.io l',
      '',
      'x: granted − used = 1, used − granted = 1',
      ' MISSING watch nodes, everywhere, not granted watch /api/v1/nodes',
    ]);
  });

  it('calls nothing unused that the walk did not come to', () => {
    expect(lines([watch, get], false)).toEqual(
      expect.arrayContaining([
        ' not met get leases.coordination.k8s.io l',
        'x: granted − used = not known, used − granted = 0',
      ]),
    );
  });
});
