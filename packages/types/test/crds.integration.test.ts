import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Manifest } from '@kaito/controller-runtime';
import { startTestCluster } from '@kaito/testkit';
import type { TestCluster } from '@kaito/testkit';
import { parse } from 'yaml';
import * as z from 'zod';

import { workspaces } from '../src/index.ts';

const EXAMPLES = path.join(import.meta.dirname, '../../../examples');

const Example = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster({ components: ['etcd', 'kube-apiserver'] });
});

afterAll(async () => {
  await cluster.stop();
});

const { signal } = new AbortController();
const alpha = { ...workspaces, version: 'v1alpha1' };
let serial = 0;

function workspace(fields: Readonly<Record<string, unknown>>, version = 'v1beta1'): Manifest {
  serial += 1;
  return {
    apiVersion: `kaito.sh/${version}`,
    kind: 'Workspace',
    metadata: { name: `w-${serial}`, namespace: 'default' },
    resource: { instanceType: 'Standard_NC6s_v3', labelSelector: { matchLabels: { apps: 'phi-3' } } },
    inference: { preset: { name: 'phi-3-mini-4k-instruct' } },
    ...fields,
  };
}

const create = async (manifest: Manifest) =>
  cluster.kubernetes.create(
    { type: manifest.apiVersion.endsWith('v1alpha1') ? alpha : workspaces, manifest, fieldManager: 'test' },
    signal,
  );

describe('the API server, with our CRD of Workspace', () => {
  it.each([
    'inference/kaito_workspace_phi_3.yaml',
    'inference/kaito_workspace_phi_3_with_adapters.yaml',
    'fine-tuning/kaito_workspace_tuning_phi_3.yaml',
  ])('admits the example %s', async (file) => {
    const manifest = Example.parse(parse(await readFile(path.join(EXAMPLES, file), 'utf8')));
    const created = await create({ ...manifest, metadata: { ...manifest.metadata, namespace: 'default' } });
    expect(workspaces.schema.parse(created).resource?.instanceType).toBe('Standard_NC6s_v3');
  });

  const tuning = { method: 'qlora', preset: { name: 'phi-3-mini-4k-instruct' }, input: {}, output: {} };

  it.each([
    ['both inference and tuning', { tuning }, 'inference: Invalid value'],
    ['neither inference nor tuning', { inference: undefined }, 'inference: Invalid value'],
    ['neither preset nor template', { inference: {} }, 'set exactly one of preset and template'],
    ['both preset and template', { inference: { preset: { name: 'phi-2' }, template: {} } }, 'set exactly one'],
    ['no labelSelector', { resource: { instanceType: 'Standard_NC6s_v3' } }, 'resource.labelSelector: Required value'],
    ['an unknown field', { resource: { labelSelector: {}, instanceTyp: 'x' } }, 'unknown field "resource.instanceTyp"'],
    [
      'an access mode that there is not',
      { inference: { preset: { name: 'phi-2', accessMode: 'secret' } } },
      'accessMode',
    ],
    [
      'eleven adapters',
      { inference: { preset: { name: 'phi-2' }, adapters: Array.from({ length: 11 }, () => ({})) } },
      'inference.adapters: Too many',
    ],
  ])('refuses %s and names the field', async (_, fields, sentence) => {
    await expect(create(workspace(fields))).rejects.toThrow(sentence);
  });

  it('gives count 1 to both versions, and an instance type to v1alpha1 alone', async () => {
    const resource = { labelSelector: {} };
    const older = workspaces.schema.parse(await create(workspace({ resource }, 'v1alpha1')));
    const newer = workspaces.schema.parse(await create(workspace({ resource })));
    expect([older.resource?.count, older.resource?.instanceType]).toEqual([1, 'Standard_NC24ads_A100_v4']);
    expect([newer.resource?.count, newer.resource?.instanceType]).toEqual([1, undefined]);
  });

  it('keeps every field when an object is read and written in the other version', async () => {
    const template = { spec: { containers: [{ name: 'c', image: 'i', someNewField: 1 }] } };
    const partition = { mode: 'mig', profile: '1g.10gb' };
    const manifest = workspace({
      resource: { labelSelector: {}, instanceType: 'x', partition },
      inference: { template },
    });
    const { metadata } = await create(manifest);
    const patched = await cluster.kubernetes.patch(
      { type: alpha, key: metadata, body: { metadata: { labels: { seen: 'yes' } } }, fieldManager: 'test' },
      signal,
    );
    const { resource, inference } = workspaces.schema.parse(patched);
    expect([resource?.partition, inference?.template]).toEqual([partition, template]);
  });

  it.each([
    ['count', { resource: { count: 2 } }],
    ['instanceType', { resource: { instanceType: 'Standard_NC12s_v3' } }],
    ['instanceType taken away', { resource: { instanceType: null } }],
    ['labelSelector', { resource: { labelSelector: { matchLabels: { apps: 'other' } } } }],
    ['preset', { inference: { preset: { name: 'phi-2' } } }],
    ['preset replaced by a template', { inference: { preset: null, template: {} } }],
    ['inference replaced by tuning', { inference: null, tuning }],
  ])('refuses to change %s', async (_, body) => {
    const { metadata } = await create(workspace({}));
    const change = cluster.kubernetes.patch({ type: workspaces, key: metadata, body, fieldManager: 'test' }, signal);
    await expect(change).rejects.toThrow(/immutable|cannot be toggled/u);
  });

  it('refuses a default that v1alpha1 would put where v1beta1 had none', async () => {
    const { metadata } = await create(workspace({ resource: { labelSelector: {} } }));
    const body = { metadata: { labels: { seen: 'yes' } } };
    const change = cluster.kubernetes.patch({ type: alpha, key: metadata, body, fieldManager: 'test' }, signal);
    await expect(change).rejects.toThrow('resource.instanceType');
  });

  it('lets preferred nodes and adapters be changed', async () => {
    const { metadata } = await create(workspace({}));
    const body = {
      resource: { preferredNodes: ['a'] },
      inference: { adapters: [{ source: { name: 'x', image: 'y:1' } }] },
    };
    const changed = await cluster.kubernetes.patch(
      { type: workspaces, key: metadata, body, fieldManager: 'test' },
      signal,
    );
    expect(workspaces.schema.parse(changed).resource?.preferredNodes).toEqual(['a']);
  });
});
