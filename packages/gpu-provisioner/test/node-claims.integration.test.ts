import { afterAll, beforeAll, expect } from '@jest/globals';
import type { KubernetesObject, ResourceType } from '@kaito/controller-runtime';
import { annotations, nodeClaims, nodes, pods } from '@kaito/types';

import { claimManifest } from './conformance/claims.ts';
import type { ClaimParts } from './conformance/claims.ts';
import { conditionsOf, statusOf, taintsOf } from './conformance/node-views.ts';
import type { Condition } from './conformance/node-views.ts';
import { budgetManifest, podManifest } from './conformance/pods.ts';
import type { PodParts } from './conformance/pods.ts';
import { statement } from './conformance/statement.ts';
import { RealStage } from './real-stage.ts';

const UNREGISTERED = { key: 'karpenter.sh/unregistered', effect: 'NoExecute' };
const DISRUPTED = { key: 'karpenter.sh/disrupted', effect: 'NoSchedule' };
const STARTUP = { key: 'example.com/boot', effect: 'NoSchedule' };
const OBJECTING = { annotations: { [annotations.doNotDisrupt]: 'true' } };
const APP = { app: 'kept' };

const budgets: ResourceType = {
  group: 'policy',
  version: 'v1',
  plural: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
  isNamespaced: true,
};
const events: ResourceType = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  isNamespaced: true,
};

let stage: RealStage;

beforeAll(async () => {
  stage = await RealStage.start(0.02);
});

afterAll(async () => {
  await stage.stop();
});

statement(25, 'the Node of a NodeClaim is registered, and the claim lives its life to the end', async () => {
  const name = 'wsn25';
  const claim = await readyClaim(name);
  const node = await stage.get(nodes, statusOf(claim).nodeName ?? '');
  expect(node?.metadata).toMatchObject({
    finalizers: ['karpenter.sh/termination'],
    ownerReferences: [{ kind: 'NodeClaim', name, uid: claim.metadata.uid, blockOwnerDeletion: true }],
    labels: {
      'karpenter.sh/registered': 'true',
      'karpenter.sh/initialized': 'true',
      'karpenter.sh/nodepool': 'kaito',
      'kaito.sh/kaitonodeclass': 'default',
      'kaito.sh/workspace': 'phi',
    },
    annotations: { [annotations.doNotDisrupt]: 'true' },
  });
  expect(claim['status']).toMatchObject({
    imageID: expect.stringMatching(/./u),
    capacity: { cpu: '24' },
    allocatable: { cpu: '24' },
  });
  expect(conditionsOf(claim).map(({ observedGeneration, status, type }) => [type, status, observedGeneration])).toEqual(
    [
      ['Initialized', 'True', 1],
      ['Launched', 'True', 1],
      ['Ready', 'True', 1],
      ['Registered', 'True', 1],
    ],
  );
  await stage.delete(nodeClaims, name);
  await stage.until(async () => (await stage.get(nodeClaims, name)) === undefined);
  expect(await stage.control.poolNames()).toEqual(['system']);
  expect(await stage.list(nodes)).toEqual([]);
});

statement(29, 'a pool whose Nodes come up unregistered has Nodes without that taint in the end', async () => {
  const claim = await readyClaim('wsn29', { taints: [UNREGISTERED, STARTUP] });
  const [vm] = (await stage.control.vms()).filter(({ pool }) => pool === 'wsn29');
  expect(vm?.taints).toContain('karpenter.sh/unregistered=:NoExecute');
  const node = await stage.get(nodes, statusOf(claim).nodeName ?? '');
  expect(taintsOf(node)).toContainEqual(STARTUP);
  expect(taintsOf(node)).not.toContainEqual(UNREGISTERED);
  await remove('wsn29');
});

statement(38, 'the real disruption controller keeps a pod, and the drain waits for its budget to go', async () => {
  const node = await nodeNameOf(await readyClaim('wsn38'));
  await runPod('kept', node, { labels: APP });
  await runPod('work', node, {});
  await stage.create(budgets, budgetManifest('keep', APP));
  await stage.until(async () => statusCurrent(await stage.get(budgets, 'keep', 'default')));
  await stage.delete(nodeClaims, 'wsn38');
  await stage.until(async () => (await stage.get(pods, 'work', 'default')) === undefined);
  await stage.until(async () => (await conditionOf('wsn38', 'Drained'))?.message?.includes('default/kept') === true);
  expect(taintsOf(await stage.get(nodes, node))).toContainEqual(DISRUPTED);
  expect((await stage.get(pods, 'kept', 'default'))?.metadata.deletionTimestamp).toBeUndefined();
  await stage.until(async () => (await stage.list(events)).some((event) => event['reason'] === 'FailedDraining'));
  expect(await deletesOf('wsn38')).toBe(0);
  await stage.delete(budgets, 'keep', 'default');
  await stage.until(async () => (await stage.get(nodeClaims, 'wsn38')) === undefined);
  expect(await deletesOf('wsn38')).toBe(1);
});

statement(43, 'pods that object go by force when the deadline nears', async () => {
  const node = await nodeNameOf(await readyClaim('wsn43', { spec: { terminationGracePeriod: '8s' } }));
  await runPod('objecting', node, { ...OBJECTING, spec: { terminationGracePeriodSeconds: 2 } });
  await stage.delete(nodeClaims, 'wsn43');
  await stage.until(async () => (await conditionOf('wsn43', 'Drained'))?.status === 'Unknown');
  const claim = await stage.get(nodeClaims, 'wsn43');
  const deletedMs = Date.parse(claim?.metadata.deletionTimestamp ?? '');
  expect(claim?.metadata.annotations?.[annotations.nodeClaimTerminationTimestamp]).toBe(
    new Date(deletedMs + 8_000).toISOString().replace('.000Z', 'Z'),
  );
  expect((await stage.get(pods, 'objecting', 'default'))?.metadata.deletionTimestamp).toBeUndefined();
  await stage.until(async () => (await stage.get(nodeClaims, 'wsn43')) === undefined);
  expect(Date.now() - deletedMs).toBeGreaterThanOrEqual(5_000);
  expect(await stage.get(pods, 'objecting', 'default')).toBeUndefined();
});

async function readyClaim(name: string, parts: ClaimParts = {}): Promise<KubernetesObject> {
  await stage.create(nodeClaims, claimManifest('NodeClaim', name, parts));
  await stage.until(async () => (await conditionOf(name, 'Ready'))?.status === 'True');
  const claim = await stage.get(nodeClaims, name);
  if (claim === undefined) {
    throw new Error(`the claim ${name} went`);
  }
  return claim;
}

async function nodeNameOf(claim: KubernetesObject): Promise<string> {
  return statusOf(claim).nodeName ?? '';
}

async function conditionOf(name: string, type: string): Promise<Condition | undefined> {
  return conditionsOf(await stage.get(nodeClaims, name)).find((condition) => condition.type === type);
}

/** A pod as its kubelet would report it, so that budgets count it. */
async function runPod(name: string, node: string, parts: PodParts): Promise<void> {
  const spec = { automountServiceAccountToken: false, ...parts.spec };
  await stage.create(pods, podManifest(name, node, { ...parts, spec }));
  const ready = { type: 'Ready', status: 'True', lastTransitionTime: `${new Date().toISOString().slice(0, 19)}Z` };
  await stage.patchStatus(pods, { name, namespace: 'default' }, { phase: 'Running', conditions: [ready] });
}

/** The disruption controller has counted its pods. */
function statusCurrent(budget: KubernetesObject | undefined): boolean {
  return JSON.stringify(budget?.['status'] ?? {}).includes('"currentHealthy":1');
}

async function deletesOf(pool: string): Promise<number> {
  const requests = await stage.control.requests();
  return requests.filter(({ method, path }) => method === 'DELETE' && path.endsWith(`/agentPools/${pool}`)).length;
}

async function remove(name: string): Promise<void> {
  await stage.delete(nodeClaims, name);
  await stage.until(async () => (await stage.get(nodeClaims, name)) === undefined);
}
