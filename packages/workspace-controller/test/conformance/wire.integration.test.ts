import { afterAll, beforeAll, expect } from '@jest/globals';
import type { KubernetesObject } from '@kaito/controller-runtime';
import { fieldManagers, labels, nodeClaims, nodes, workspaces } from '@kaito/types';
import * as z from 'zod';

import { KAITO_NODE_CLASS } from '../../src/core/claims/node-class.ts';
import type { NodeClass } from '../../src/core/claims/node-class.ts';
import type { NodeSource } from '../../src/core/claims/node-source.ts';
import { CLAIM_APIS, ERAS, FOREIGN_CLASS } from './claim-apis.ts';
import { conditionOf, specOf } from './claim-views.ts';
import { statement } from './statement.ts';
import { Wire } from './wire.ts';

const CLASSES: readonly NodeClass[] = [
  FOREIGN_CLASS,
  { group: 'machines.example.com', kind: 'Hypervisor', name: 'small' },
];

let wire: Wire;

beforeAll(async () => {
  wire = await Wire.begin();
});

afterAll(async () => {
  await wire.end();
});

statement(
  62,
  'while the CRD of its class is absent the program ends, naming class and CRD, and writes nothing',
  async () => {
    const nodeClass = FOREIGN_CLASS;
    await wire.apply('waiting');
    for (const kind of ['nodeclaim', 'nodepool', 'auto'] as const) {
      const run = wire.run({ kind, nodeClass });
      // A program that works guards the Workspace before anything else.
      const why = await wire.until(
        async () => run.problem ?? run.writes[0],
        (seen) => seen !== undefined,
      );
      await run.stop();
      expect(why).toMatch(/no CRD gpuclasses\.example\.com.*node class example\.com\/GpuClass/u);
      expect(run.writes).toEqual([]);
    }
    await wire.remove('waiting');
  },
);

statement(62, 'a claim is of the configured class, whichever that is', async () => {
  for (const nodeClass of [...CLASSES, KAITO_NODE_CLASS]) {
    if (nodeClass !== KAITO_NODE_CLASS) {
      await wire.installClass(nodeClass);
    }
    const claim = await claimOf({ kind: 'nodeclaim', nodeClass });
    expect(specOf(claim).nodeClassRef).toEqual(nodeClass);
  }
});

statement(63, 'what the API server keeps of a claim has the mark, and no age at which it ends', async () => {
  const claim = await claimOf({ kind: 'nodeclaim', nodeClass: KAITO_NODE_CLASS });
  expect(claim.metadata.annotations).toMatchObject({ 'karpenter.sh/do-not-disrupt': 'true' });
  expect(specOf(claim).expireAfter).toBe('Never');
});

statement(61, 'on a claim that others serve nobody finds a field of ours in status, finalizers and marks', async () => {
  for (const api of CLAIM_APIS) {
    const { nodes: source, type } = ERAS[api];
    const run = wire.run(source);
    await wire.apply('marked');
    const { metadata } = await wire.only(type);
    await serve(api, metadata);
    await wire.until(
      async () => wire.get(workspaces, { name: 'marked', namespace: 'default' }),
      (workspace) => workspace !== undefined && conditionOf(workspace, 'ResourceReady')?.status === 'True',
    );
    const ofClaim = ownFields(await wire.only(type));
    expect(ofClaim.map(({ operation, subresource }) => [operation, subresource])).toEqual([['Update', undefined]]);
    const written = fieldNames(ofClaim);
    expect(written).toEqual(expect.arrayContaining(['f:spec', 'f:requirements']));
    const ofNode = fieldNames(ownFields(await wire.only(nodes)));
    expect(ofNode).toContain('f:accelerator');
    const forbidden = ['f:status', 'f:finalizers', `f:${labels.registered}`, `f:${labels.initialized}`];
    expect(forbidden.filter((field) => written.includes(field) || ofNode.includes(field))).toEqual([]);
    await wire.patch(type, metadata.name, { metadata: { finalizers: null } });
    await wire.remove('marked');
    await wire.kubernetes.delete({ type: nodes, key: { name: NODE } }, AbortSignal.timeout(10_000));
    await run.stop();
  }
});

const NODE = 'node-of-another-name';

/** Plays the provisioner, and the kubelet of the Node. */
async function serve(
  api: (typeof CLAIM_APIS)[number],
  { labels: own = {}, name }: KubernetesObject['metadata'],
): Promise<void> {
  const { steps, type } = ERAS[api];
  await wire.patch(type, name, { metadata: { finalizers: ['karpenter.sh/termination'] } });
  const marks = { ...own, [labels.registered]: 'true', [labels.initialized]: 'true' };
  const metadata = { name: NODE, labels: { ...marks, [labels.instanceType]: 'Standard_NC6s_v3' } };
  await wire.create(nodes, { apiVersion: 'v1', kind: 'Node', metadata });
  const gpus = { 'nvidia.com/gpu': '1' };
  await wire.patchStatus(nodes, NODE, { conditions: [isTrue('Ready')], capacity: gpus, allocatable: gpus });
  await wire.patchStatus(type, name, { nodeName: NODE, conditions: [...steps, 'Ready'].map(isTrue) });
}

/** What the program asks for when it is configured so; gone again, with its Workspace. */
async function claimOf(source: NodeSource): Promise<KubernetesObject> {
  const run = wire.run(source);
  await wire.apply('asking');
  const claim = await wire.only(nodeClaims);
  await wire.remove('asking');
  await run.stop();
  return claim;
}

const Managed = z.object({
  metadata: z.object({
    managedFields: z.array(
      z.object({
        manager: z.string(),
        operation: z.string(),
        subresource: z.string().optional(),
        fieldsV1: z.record(z.string(), z.unknown()),
      }),
    ),
  }),
});
type Managed = z.infer<typeof Managed>['metadata']['managedFields'][number];

function ownFields(object: KubernetesObject): readonly Managed[] {
  const { managedFields } = Managed.parse(object).metadata;
  return managedFields.filter(({ manager }) => manager === fieldManagers.workspaceController);
}

/** Of all depths. */
function fieldNames(managed: readonly Managed[]): readonly string[] {
  const names = (fields: unknown): readonly string[] =>
    typeof fields === 'object' && fields !== null
      ? Object.entries(fields).flatMap(([name, inner]) => [name, ...names(inner)])
      : [];
  return managed.flatMap(({ fieldsV1 }) => names(fieldsV1));
}

function isTrue(type: string): object {
  return { type, status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z', reason: type, message: '' };
}
