import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { KubernetesObject, Manifest, ResourceType } from '@kaito/controller-runtime';
import { labels, nodeClaims, nodePools, nodes, workspaces } from '@kaito/types';
import * as z from 'zod';

import type { NodeClass } from '../src/core/claims/node-class.ts';
import { POOL_LABELS } from './builders.ts';
import { conditionOf } from './conformance/claim-views.ts';
import { Wire } from './conformance/wire.ts';
import { workspaceManifest } from './conformance/workspace-manifest.ts';
import { NODE_POOL_DEFINITION } from './node-pool-definition.ts';

const PUBLISHED = path.join(import.meta.dirname, '../../../../shared/fixtures/crds/nodepools.json');
const KWOK: NodeClass = { group: 'karpenter.kwok.sh', kind: 'KWOKNodeClass', name: 'default' };
const STEPS = ['Launched', 'Registered', 'Initialized', 'Ready'];
const definitions: ResourceType = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  isNamespaced: false,
};

let wire: Wire;
let run: ReturnType<Wire['run']>;

beforeAll(async () => {
  wire = await Wire.begin();
  await wire.create(definitions, definitionOfPools());
  await wire.installClass(KWOK);
  await wire.until(async () => listed(nodePools).catch(() => undefined), Array.isArray);
});

afterEach(async () => {
  await run.stop();
});

afterAll(async () => {
  await wire.end();
});

describe('the workspace-controller on a real API server', () => {
  it('orders one NodePool, counts on what it brings, and takes it away with the Workspace', async () => {
    run = wire.run({ kind: 'nodepool', nodeClass: KWOK });
    await wire.create(workspaces, workspaceManifest({ name: 'llm' }));
    const pool = await wire.only(nodePools);
    expect(pool.metadata).toMatchObject({ name: 'default-llm', labels: POOL_LABELS });
    expect(poolOf(pool)).toMatchObject({
      replicas: 1,
      template: { spec: { nodeClassRef: KWOK, expireAfter: 'Never' } },
    });
    await bringNode('default-llm-x', 'llm');
    const ready = await told('llm', 'ResourceReady', 'True');
    expect(conditionOf(ready, 'NodeClaimReady')).toMatchObject({ status: 'True', reason: 'NodeClaimsReady' });
    expect(conditionOf(ready, 'NodesReady')).toMatchObject({ status: 'True', reason: 'NodesReady' });
    expect(conditionOf(ready, 'MachineReady')).toBeUndefined();
    expect(run.writes.filter((write) => write.endsWith('nodepools'))).toEqual(['create nodepools']);

    const key = { name: 'llm', namespace: 'default' };
    await wire.kubernetes.delete({ type: workspaces, key }, AbortSignal.timeout(10_000));
    await wire.until(
      async () => listed(nodePools),
      ({ length }) => length === 0,
    );
    await told('llm', 'WorkspaceDeleting', 'True');
    // its provisioner takes the claim away with the pool; until then the Workspace stays
    expect(await wire.get(workspaces, key)).toBeDefined();
    await wire.kubernetes.delete({ type: nodes, key: { name: 'default-llm-x' } }, AbortSignal.timeout(10_000));
    await wire.kubernetes.delete({ type: nodeClaims, key: { name: 'default-llm-x' } }, AbortSignal.timeout(10_000));
    await wire.until(
      async () => wire.get(workspaces, key),
      (workspace) => workspace === undefined,
    );
  });

  it('raises a NodePool that the Go original made, and leaves the rest of it alone', async () => {
    const own = { 'karpenter.kaito.sh/workspace-name': 'older', 'karpenter.kaito.sh/workspace-namespace': 'default' };
    const template = {
      metadata: { labels: own },
      spec: {
        nodeClassRef: { group: 'karpenter.azure.com', kind: 'AKSNodeClass', name: 'image-family-ubuntu' },
        requirements: [{ key: labels.instanceType, operator: 'In', values: ['Standard_NC6s_v3'] }],
      },
    };
    await wire.create(nodePools, {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodePool',
      metadata: { name: 'default-older', labels: { 'karpenter.kaito.sh/managed-by': 'kaito', ...own } },
      spec: { replicas: 1, template },
    });
    const before = poolOf(await wire.only(nodePools));
    run = wire.run({ kind: 'nodepool', nodeClass: KWOK });
    await wire.create(workspaces, workspaceManifest({ name: 'older', count: 2 }));
    const after = await wire.until(
      async () => poolOf(await wire.only(nodePools)),
      ({ replicas }) => replicas !== 1,
    );
    expect(after).toEqual({ ...before, replicas: 2 });
    await wire.remove('older');
  });

  it('gives two Workspaces that come to the same name a NodePool each', async () => {
    run = wire.run({ kind: 'nodepool', nodeClass: KWOK });
    const namespaces: ResourceType = { ...nodes, kind: 'Namespace', plural: 'namespaces' };
    for (const [namespace, name] of [
      ['one', 'b-c'],
      ['one-b', 'c'],
    ] as const) {
      await wire.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      await wire.create(workspaces, workspaceManifest({ name, namespace }));
    }
    const pools = await wire.until(
      async () => listed(nodePools),
      ({ length }) => length === 2,
    );
    expect(
      pools.map(({ metadata }) => metadata.labels?.['karpenter.kaito.sh/workspace-name'] ?? '').toSorted(),
    ).toEqual(['b-c', 'c']);
  });

  it('takes conditions away that the Go original wrote about nodes of another kind, with what it tells itself', async () => {
    await wire.create(workspaces, workspaceManifest({ name: 'moved' }));
    await wire.kubernetes.patch(
      {
        type: workspaces,
        key: { name: 'moved', namespace: 'default' },
        subresource: 'status',
        body: { status: { conditions: [condition('NodeClaimReady'), condition('ModelMirrorReady')] } },
        fieldManager: 'manager',
      },
      AbortSignal.timeout(10_000),
    );
    run = wire.run({ kind: 'machine' });
    const moved = await told('moved', 'MachineReady', 'Unknown');
    expect(conditionOf(moved, 'NodeClaimReady')).toBeUndefined();
    expect(conditionOf(moved, 'ModelMirrorReady')).toBeDefined();
    expect(run.writes.filter((write) => write === 'patch workspaces')).toHaveLength(1);
  });
});

/** Karpenter's own where it is at hand, else the part of it that matters here. */
function definitionOfPools(): Manifest {
  return existsSync(PUBLISHED) ? Definition.parse(JSON.parse(readFileSync(PUBLISHED, 'utf8'))) : NODE_POOL_DEFINITION;
}

const Definition = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});

const Pool = z.object({ spec: z.looseObject({ replicas: z.int().optional() }) });

function poolOf(object: KubernetesObject): z.infer<typeof Pool>['spec'] {
  return Pool.parse(object).spec;
}

async function listed(type: ResourceType): Promise<readonly KubernetesObject[]> {
  return (await wire.kubernetes.list({ type }, AbortSignal.timeout(10_000))).items;
}

async function told(name: string, type: string, status: string): Promise<KubernetesObject> {
  const found = await wire.until(
    async () => wire.get(workspaces, { name, namespace: 'default' }),
    (workspace) => workspace !== undefined && conditionOf(workspace, type)?.status === status,
  );
  if (found === undefined) {
    throw new Error(`the Workspace ${name} is gone`);
  }
  return found;
}

/** Plays Karpenter, its cloud and the kubelet: a claim of the pool with its Node. */
async function bringNode(name: string, workspace: string): Promise<void> {
  const own = { ...POOL_LABELS, 'karpenter.kaito.sh/workspace-name': workspace, apps: workspace };
  await wire.create(nodeClaims, {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodeClaim',
    metadata: { name, labels: { ...own, [labels.nodePool]: `default-${workspace}` } },
    spec: { nodeClassRef: KWOK, requirements: [] },
  });
  const instanceType = { [labels.instanceType]: 'Standard_NC6s_v3', [labels.nodePool]: `default-${workspace}` };
  await wire.create(nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { ...own, ...instanceType } } });
  const gpus = { 'nvidia.com/gpu': '1' };
  await wire.patchStatus(nodes, name, { conditions: [condition('Ready')], capacity: gpus, allocatable: gpus });
  await wire.patchStatus(nodeClaims, name, { nodeName: name, conditions: STEPS.map(condition) });
}

function condition(type: string): object {
  return { type, status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z', reason: 'Test', message: '' };
}
