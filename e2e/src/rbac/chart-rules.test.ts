import { readFile } from 'node:fs/promises';

import { describe, expect, it } from '@jest/globals';
import { chartRights, CONTROLLERS, localPaths, rightsFiles } from '@kaito/local-cloud';

import { permissionsOf, rightsOf, SCOPES } from './permission.ts';
import { rulesFile } from './rules-file.ts';

const { repository } = localPaths({});

/** Whoever may do one of these may do more than the rules say. */
const ESCALATING = ['escalate', 'bind', 'impersonate'];

describe.each(CONTROLLERS)('the rules of %s', (controller) => {
  it('are as they are generated', async () => {
    const rights = await chartRights(repository, controller);
    const files = rightsFiles(repository, controller);
    const canonical = rightsOf(permissionsOf(rights));
    for (const scope of SCOPES) {
      expect(await readFile(files[scope], 'utf8')).toBe(rulesFile(canonical[scope]));
    }
  });

  it('hold no wildcard, no secret, and nothing that leads to more rights', async () => {
    const permissions = permissionsOf(await chartRights(repository, controller));
    expect(permissions.length).toBeGreaterThan(10);
    for (const { group, resource, verb } of permissions) {
      expect([group, resource, verb].join(' ')).not.toContain('*');
      expect(resource.split('/')[0]).not.toBe('secrets');
      expect(group).not.toBe('rbac.authorization.k8s.io');
      expect(ESCALATING).not.toContain(verb);
    }
  });

  it('name the leases that they let be changed, in the release namespace alone', async () => {
    const leases = permissionsOf(await chartRights(repository, controller)).filter(
      ({ resource }) => resource === 'leases',
    );
    expect(leases.map(({ scope, verb, name }) => [scope, verb, name !== undefined])).toEqual([
      ['namespace', 'create', false],
      ['namespace', 'get', true],
      ['namespace', 'patch', true],
    ]);
  });
});
