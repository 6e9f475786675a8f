import { describe, expect, it } from '@jest/globals';
import { ApiError } from '@kaito/controller-runtime';
import { FakeClock, FakeKubernetes } from '@kaito/testkit';
import {
  deployments,
  machines,
  nodeClaims,
  nodePools,
  nodes,
  pods,
  services,
  statefulSets,
  workspaces,
} from '@kaito/types';

import { aNode, aPod, aWorkspace, FIRST_CLAIM, settings } from '../../test/builders.ts';
import { statement } from '../../test/conformance/statement.ts';
import { View } from '../../test/view.ts';
import type { World } from '../core/ports.ts';
import { claimIndexes, nodeIndexes, nodePoolIndexes, podIndexes, workspaceIndexes } from '../keys.ts';
import { kubernetesWorld } from './world.ts';

const { signal } = new AbortController();
const workspace = aWorkspace();
const machine = {
  apiVersion: 'karpenter.sh/v1alpha5',
  kind: 'Machine',
  metadata: { name: FIRST_CLAIM, labels: { 'kaito.sh/workspace': 'llm', 'kaito.sh/workspacenamespace': 'default' } },
};

const WORKSPACE = {
  apiVersion: 'kaito.sh/v1beta1',
  kind: 'Workspace',
  metadata: { name: 'llm', namespace: 'default' },
};

const KEY = { name: 'llm-0', namespace: 'default' };

describe('kubernetesWorld', () => {
  it('takes a claim that is there already for its own lost work', async () => {
    const { api, world } = setUp();
    api.fail('create', 'answer is lost');
    await expect(world.createClaim(workspace, 'Machine', machine, signal)).rejects.toBeInstanceOf(ApiError);
    await world.createClaim(workspace, 'Machine', machine, signal);
    expect(api.objects(machines)).toHaveLength(1);
  });

  it("refuses somebody else's machine of the same name", async () => {
    const { api, world } = setUp();
    await api.create(
      { type: machines, manifest: { ...machine, metadata: { name: FIRST_CLAIM } }, fieldManager: 'x' },
      signal,
    );
    await expect(world.createClaim(workspace, 'Machine', machine, signal)).rejects.toMatchObject({
      reason: 'ClaimNameTaken',
    });
  });

  it('passes other refusals on', async () => {
    const { api, world } = setUp();
    const refused = new ApiError('Forbidden', 'no');
    api.fail('create', refused);
    await expect(world.createClaim(workspace, 'Machine', machine, signal)).rejects.toBe(refused);
  });

  statement(68, 'the API server itself is looked at before a Workspace may go', async () => {
    const { api, world, caches } = setUp();
    await api.create({ type: machines, manifest: machine, fieldManager: 'x' }, signal);
    const leaving = aWorkspace({ metadata: { deletionTimestamp: '2026-01-01T12:00:00Z' } });
    caches.workspaces.observe({ ...leaving });
    const seen = await world.observe('default/llm', signal);
    expect(seen?.claims.map(({ metadata }) => metadata.name)).toEqual([FIRST_CLAIM]);
    caches.workspaces.observe({ ...workspace });
    expect((await world.observe('default/llm', signal))?.claims).toEqual([]);
  });

  it('knows which nodes of its pods are gone', async () => {
    const { world, caches } = setUp();
    caches.workspaces.observe({ ...workspace });
    caches.nodes.observe({ ...aNode('there') });
    for (const node of ['there', 'gone']) {
      const metadata = { ...aPod({}).metadata, name: node };
      caches.pods.observe({ ...aPod({}), apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: node } });
    }
    expect((await world.observe('default/llm', signal))?.goneNodes).toEqual(['gone']);
  });

  it('knows claims of a Workspace that is gone, and asks the API server whether it is', async () => {
    const { api, world, caches } = setUp();
    caches.machines.observe(await api.create({ type: machines, manifest: machine, fieldManager: 'x' }, signal));
    expect((await world.orphans('default/llm', signal)).map(({ metadata }) => metadata.name)).toEqual([FIRST_CLAIM]);
    await api.create({ type: workspaces, manifest: WORKSPACE, fieldManager: 'x' }, signal);
    expect(await world.orphans('default/llm', signal)).toEqual([]);
  });

  it('looks at the API server itself before it believes that a member of a group is lost', async () => {
    const { api, world, caches } = setUp();
    const members = [{ name: 'llm-0', uid: 'a', restarts: 0 }];
    const status = { group: { generation: 1, members, since: '2026-01-01T12:00:00Z' } };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...KEY, labels: { 'kaito.sh/workspace': 'llm' } } };
    caches.workspaces.observe({ ...workspace });
    await api.create({ type: pods, manifest: pod, fieldManager: 'x' }, signal);
    expect((await world.observe('default/llm', signal))?.pods).toEqual([]);
    caches.workspaces.observe({ ...workspace, status });
    expect((await world.observe('default/llm', signal))?.pods).toMatchObject([{ metadata: KEY }]);
  });

  it('has no trouble with what is gone', async () => {
    const { api, world } = setUp();
    await world.labelNode({ name: 'a', uid: 'u', labels: { accelerator: 'nvidia' } }, signal);
    await world.scalePool({ name: 'a', uid: 'u' }, 2, signal);
    await world.delete('Machine', { name: 'a', namespace: undefined, uid: 'u' }, signal);
    await world.delete('Service', { name: 'a', namespace: 'default', uid: 'u' }, signal);
    api.fail('apply', new ApiError('NotFound', 'gone'));
    await world.writeStatus(workspace, { status: {} }, signal);
    expect(await world.observe('default/llm', signal)).toBeUndefined();
  });

  it('passes on what else goes wrong with a status', async () => {
    const { api, world } = setUp();
    const error = new ApiError('Unavailable', 'later');
    api.fail('apply', error);
    await expect(world.writeStatus(workspace, { status: {} }, signal)).rejects.toBe(error);
  });

  it('tells people about the Workspace', () => {
    const { events, world } = setUp();
    world.notify(workspace, { type: 'Normal', reason: 'WorkspaceReady', message: 'so', action: 'Serve' });
    expect(events).toEqual([
      {
        type: 'Normal',
        reason: 'WorkspaceReady',
        message: 'so',
        action: 'Serve',
        regarding: {
          apiVersion: 'kaito.sh/v1beta1',
          kind: 'Workspace',
          name: 'llm',
          namespace: 'default',
          uid: workspace.metadata.uid,
        },
      },
    ]);
  });
});

function setUp() {
  const clock = new FakeClock();
  const api = new FakeKubernetes(clock);
  const events: unknown[] = [];
  const caches = {
    workspaces: new View(api, workspaces, workspaceIndexes),
    machines: new View(api, machines, claimIndexes),
    nodeClaims: new View(api, nodeClaims, claimIndexes),
    nodePools: new View(api, nodePools, nodePoolIndexes),
    statefulSets: new View(api, statefulSets),
    nodes: new View(api, nodes, nodeIndexes),
    deployments: new View(api, deployments),
    services: new View(api, services),
    pods: new View(api, pods, podIndexes),
  };
  const record = (event: unknown): void => {
    events.push(event);
  };
  const recorder = { record, flushed: async () => undefined };
  const world: World = kubernetesWorld({
    kubernetes: api,
    caches,
    events: recorder,
    clock,
    provisioning: settings.nodes,
  });
  return { api, caches, events, world };
}
