import { describe, expect, it } from '@jest/globals';

import { callOf } from './audit-call.ts';
import { needsOf } from './need.ts';

const RELEASE = 'kaito-system';

interface Recorded {
  readonly verb: string;
  readonly uri?: string;
  readonly object?: Readonly<Record<string, string>>;
  readonly status?: number;
  readonly message?: string;
  readonly written?: object;
}

let sequence = 0;

function aLine({ verb, uri = '/api', object, status = 200, message, written }: Recorded): string {
  sequence += 1;
  return JSON.stringify({
    auditID: `id-${sequence}`,
    stage: 'ResponseComplete',
    verb,
    requestURI: uri,
    user: { username: 'workspace-controller' },
    objectRef: object,
    responseStatus: { code: status, ...(message !== undefined && { message }) },
    requestObject: written,
  });
}

function permissions(...recorded: readonly Recorded[]) {
  return needsOf(
    recorded.map((call) => callOf(aLine(call))),
    RELEASE,
  ).map(({ permission, refused }) => ({ ...permission, refused }));
}

const deployment = (name: string) => ({ apiGroup: 'apps', resource: 'deployments', namespace: 'default', name });
const lease = { apiGroup: 'coordination.k8s.io', resource: 'leases', namespace: RELEASE, name: 'leader' };
const node = (name: string) => ({ resource: 'nodes', name, apiVersion: 'v1' });

describe('needsOf', () => {
  it('counts an apply that creates as patch and as create', () => {
    expect(
      permissions(
        { verb: 'patch', object: deployment('a'), status: 201 },
        { verb: 'patch', object: deployment('b'), status: 200 },
      ),
    ).toEqual([
      { scope: 'cluster', group: 'apps', resource: 'deployments', verb: 'create', refused: 0 },
      { scope: 'cluster', group: 'apps', resource: 'deployments', verb: 'patch', refused: 0 },
    ]);
  });

  it('names the object where it was always the same, but never for a create', () => {
    expect(
      permissions(
        { verb: 'create', object: lease },
        { verb: 'get', object: lease },
        { verb: 'patch', object: lease },
        { verb: 'get', object: node('kube') },
        { verb: 'get', object: node('other') },
      ),
    ).toEqual([
      { scope: 'cluster', group: '', resource: 'nodes', verb: 'get', refused: 0 },
      { scope: 'namespace', group: lease.apiGroup, resource: 'leases', verb: 'create', refused: 0 },
      { scope: 'namespace', group: lease.apiGroup, resource: 'leases', verb: 'get', name: 'leader', refused: 0 },
      { scope: 'namespace', group: lease.apiGroup, resource: 'leases', verb: 'patch', name: 'leader', refused: 0 },
    ]);
  });

  it('asks for the whole cluster as soon as another namespace was asked for', () => {
    const elsewhere = { ...lease, namespace: 'default' };
    expect(permissions({ verb: 'get', object: lease }, { verb: 'get', object: elsewhere })).toMatchObject([
      { scope: 'cluster', verb: 'get' },
    ]);
  });

  it('keeps subresources apart', () => {
    const eviction = { resource: 'pods', subresource: 'eviction', namespace: 'default', name: 'a' };
    expect(permissions({ verb: 'create', object: eviction, status: 201 })).toEqual([
      { scope: 'cluster', group: '', resource: 'pods/eviction', verb: 'create', refused: 0 },
    ]);
  });

  it('sees that a refused apply lacks the create, not the patch', () => {
    const message =
      'deployments.apps "a" is forbidden: User "x" cannot create resource "deployments" in API group "apps"';
    expect(permissions({ verb: 'patch', object: deployment('a'), status: 403, message })).toMatchObject([
      { verb: 'create', refused: 1 },
      { verb: 'patch', refused: 0 },
    ]);
  });

  it('blames the request itself for a refusal that names no verb', () => {
    const refused = { verb: 'patch', object: node('a'), status: 403, message: 'the namespace is being terminated' };
    expect(permissions(refused)).toMatchObject([{ resource: 'nodes', verb: 'patch', refused: 1 }]);
  });

  it.each([
    [200, '', 0],
    [403, "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on", 1],
  ])('counts a blocked owner as an update of its finalizers (%i)', (status, message, refused) => {
    const owner = { apiVersion: 'karpenter.sh/v1alpha5', kind: 'Machine', blockOwnerDeletion: true };
    const free = { apiVersion: 'kaito.sh/v1beta1', kind: 'Workspace', controller: true };
    const written = { metadata: { ownerReferences: [owner, free] } };
    expect(permissions({ verb: 'patch', object: node('a'), status, message, written })).toMatchObject([
      { group: '', resource: 'nodes', verb: 'patch', refused: 0 },
      { group: 'karpenter.sh', resource: 'machines/finalizers', verb: 'update', refused },
    ]);
  });

  it('takes a path that is no resource for something that no rule gives', () => {
    expect(permissions({ verb: 'get', uri: '/metrics?x=y' })).toMatchObject([{ resource: '/metrics', verb: 'get' }]);
  });
});
