import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KubernetesObject, Manifest, ResourceType } from '@kaito/controller-runtime';
import { startTestCluster } from '@kaito/testkit';
import type { TestCluster } from '@kaito/testkit';

import { machines, nodeClaims } from '../src/index.ts';

type Fields = Readonly<Record<string, unknown>>;

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster({ components: ['etcd', 'kube-apiserver'] });
});

afterAll(async () => {
  await cluster.stop();
});

const { signal } = new AbortController();
let serial = 0;

const TRANSITION = '2026-01-01T00:00:00Z';
const GPU_TAINT = { key: 'sku', value: 'gpu', effect: 'NoSchedule' };
const isIn = (key: string, value: string): Fields => ({ key, operator: 'In', values: [value] });

/** As Go writes it: with what is empty, and with a namespace although the kind has none. */
function inGo(type: ResourceType, metadata: Fields, fields: Fields): Manifest {
  serial += 1;
  return {
    apiVersion: `${type.group}/${type.version}`,
    kind: type.kind,
    metadata: { ...metadata, name: `ws${String(serial).padStart(9, '0')}`, namespace: 'team-a' },
    ...fields,
  };
}

async function create(type: ResourceType, manifest: Manifest): Promise<KubernetesObject> {
  return cluster.kubernetes.create({ type, manifest, fieldManager: 'kaito' }, signal);
}

async function patch(
  type: ResourceType,
  { metadata }: KubernetesObject,
  body: Fields,
  subresource?: 'status',
): Promise<KubernetesObject> {
  const request = { type, key: { name: metadata.name }, body, fieldManager: 'gpu-provisioner' };
  return cluster.kubernetes.patch({ ...request, ...(subresource !== undefined && { subresource }) }, signal);
}

/** Of the era of Machines (provisioner.md 1.6). */
function machine(spec: Fields = {}): Manifest {
  const labels = {
    'karpenter.sh/provisioner-name': 'default',
    'kaito.sh/workspace': 'phi-3',
    'kaito.sh/workspacenamespace': 'team-a',
    apps: 'phi-3',
  };
  return inGo(
    machines,
    { labels },
    {
      spec: {
        machineTemplateRef: { name: 'ws000000000' },
        requirements: [
          isIn('node.kubernetes.io/instance-type', 'Standard_NC6s_v3'),
          isIn('karpenter.sh/provisioner-name', 'default'),
          isIn('kaito.sh/machine-type', 'gpu'),
          isIn('kubernetes.io/arch', 'amd64'),
          isIn('kubernetes.io/os', 'linux'),
        ],
        taints: [GPU_TAINT],
        resources: { requests: { storage: '50Gi' } },
        ...spec,
      },
      status: {},
    },
  );
}

/** Of the era of NodeClaims, for the provisioner of Azure's agent pools (provisioner.md 1.6). */
function nodeClaim(spec: Fields = {}): Manifest {
  const labels = {
    'karpenter.sh/nodepool': 'kaito',
    'kaito.sh/workspace': 'phi-3',
    'kaito.sh/workspacenamespace': 'team-a',
  };
  const annotations = { 'karpenter.sh/do-not-disrupt': 'true', 'kaito.sh/node-image-family': 'ubuntu' };
  return inGo(
    nodeClaims,
    { labels, annotations },
    {
      spec: {
        nodeClassRef: { group: 'kaito.sh', kind: 'KaitoNodeClass', name: 'default' },
        requirements: [
          isIn('karpenter.sh/nodepool', 'kaito'),
          isIn('node.kubernetes.io/instance-type', 'Standard_NC6s_v3'),
          isIn('kubernetes.io/os', 'linux'),
          isIn('karpenter.azure.com/sku-name', 'Standard_NC6s_v3'),
        ],
        taints: [GPU_TAINT],
        resources: { requests: { storage: '1024Gi' } },
        ...spec,
      },
      status: {},
    },
  );
}

/** The same on AWS. */
const onAws: Fields = {
  nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
  requirements: [
    isIn('karpenter.sh/nodepool', 'kaito'),
    isIn('node.kubernetes.io/instance-type', 'p4d.24xlarge'),
    isIn('kubernetes.io/os', 'linux'),
    { key: 'karpenter.k8s.aws/instance-gpu-count', operator: 'Gt', values: ['0'] },
  ],
};

describe('the API server, with our CRD of Machine', () => {
  it.each(['50Gi', '400', '0'])('keeps what the original asks for, with a disk of %s', async (storage) => {
    const manifest = machine({ resources: { requests: { storage } } });
    const created = machines.schema.parse(await create(machines, manifest));
    expect(created.spec).toEqual(manifest['spec']);
    expect(created.metadata.labels).toEqual(manifest.metadata['labels']);
  });

  it('drops the namespace that the original sets', async () => {
    const { metadata } = machines.schema.parse(await create(machines, machine()));
    expect(metadata.namespace).toBeUndefined();
  });

  it('keeps the status of the original', async () => {
    const conditions = [{ type: 'Ready', status: 'False', severity: '', lastTransitionTime: 'any text' }];
    const status = { providerID: 'azure:///1', nodeName: 'aks-ws0-vmss000000', capacity: { cpu: '6' }, conditions };
    const object = await patch(machines, await create(machines, machine()), { status }, 'status');
    expect(machines.schema.parse(object).status).toEqual(status);
  });

  it('lets a spec be changed', async () => {
    const object = await patch(machines, await create(machines, machine()), { spec: { taints: [] } });
    expect(machines.schema.parse(object).spec?.taints).toEqual([]);
  });

  it.each([
    ['a requirement without an operator', { requirements: [{ key: 'a' }] }, 'requirements[0].operator: Required'],
    ['a taint without an effect', { taints: [{ key: 'a' }] }, 'spec.taints[0].effect: Required value'],
    ['a disk of no size', { resources: { requests: { storage: 'large' } } }, 'spec.resources.requests.storage'],
    ['fewer than no pods', { kubelet: { maxPods: -1 } }, 'spec.kubelet.maxPods'],
    ['a template without a name', { machineTemplateRef: {} }, 'spec.machineTemplateRef.name: Required value'],
    ['an unknown field', { nodeClassRef: { name: 'default' } }, 'unknown field "spec.nodeClassRef"'],
  ])('refuses %s and names the field', async (_, spec, sentence) => {
    await expect(create(machines, machine(spec))).rejects.toThrow(sentence);
  });
});

describe('the API server, with our CRD of NodeClaim', () => {
  it.each([
    ['on Azure', {}],
    ['on AWS', onAws],
  ])('keeps what the original asks for %s, and lets it expire after 30 days', async (_, spec) => {
    const manifest = nodeClaim(spec);
    const { metadata, ...created } = nodeClaims.schema.parse(await create(nodeClaims, manifest));
    const { expireAfter, ...kept } = created.spec;
    expect([kept, expireAfter]).toEqual([manifest['spec'], '720h']);
    expect([metadata.labels, metadata.annotations]).toEqual([
      manifest.metadata['labels'],
      manifest.metadata['annotations'],
    ]);
  });

  it('drops the namespace that the original sets', async () => {
    const { metadata } = nodeClaims.schema.parse(await create(nodeClaims, nodeClaim()));
    expect(metadata.namespace).toBeUndefined();
  });

  it('keeps the status of the original', async () => {
    const condition = { observedGeneration: 1, lastTransitionTime: TRANSITION };
    const status = {
      providerID: 'azure:///1',
      nodeName: 'aks-ws0-vmss000000',
      imageID: 'AKSUbuntu-2204gen2containerd-202601.01.0',
      conditions: [
        { ...condition, type: 'Launched', status: 'True', reason: 'Launched', message: '' },
        { ...condition, type: 'Registered', status: 'Unknown', reason: 'NodeNotFound', message: 'not registered' },
        { ...condition, type: 'Initialized', status: 'Unknown', reason: 'AwaitingReconciliation', message: 'waiting' },
        {
          ...condition,
          type: 'Ready',
          status: 'Unknown',
          reason: 'ReconcilingDependents',
          message: 'Registered=Unknown',
        },
      ],
    };
    const object = await patch(nodeClaims, await create(nodeClaims, nodeClaim()), { status }, 'status');
    expect(nodeClaims.schema.parse(object).status).toEqual(status);
  });

  it.each([
    ['what it asks for', { requirements: [] }],
    ['its class', { nodeClassRef: { name: 'other' } }],
    ['its taints', { taints: [] }],
    ['its disk', { resources: null }],
    ['when it expires', { expireAfter: 'Never' }],
  ])('refuses to change %s', async (_, spec) => {
    const created = await create(nodeClaims, nodeClaim());
    await expect(patch(nodeClaims, created, { spec })).rejects.toThrow('spec is immutable');
  });

  it.each([
    ['no class', { nodeClassRef: undefined }, 'spec.nodeClassRef: Required value'],
    ['a class without a kind', { nodeClassRef: { group: 'a', kind: '', name: 'b' } }, 'kind may not be empty'],
    ['no requirements', { requirements: undefined }, 'spec.requirements: Required value'],
    ['a value of none', requiring({ key: 'a', operator: 'In', values: [] }), 'must have a value defined'],
    ['a number of two', requiring({ key: 'a', operator: 'Gt', values: ['1', '2'] }), 'a single positive integer'],
    ['more values than there are', requiring({ ...isIn('a', 'b'), minValues: 2 }), "specified in the 'values' field"],
    ['an operator that there is not', requiring({ key: 'a', operator: 'in' }), 'supported values: "In"'],
    [
      'a label of Karpenter',
      requiring(isIn('karpenter.sh/provisioner-name', 'default')),
      '"karpenter.sh" is restricted',
    ],
    ['a label of Kubernetes', requiring(isIn('kubernetes.io/anything', 'a')), '"kubernetes.io" is restricted'],
    ['a host', requiring(isIn('kubernetes.io/hostname', 'a')), '"kubernetes.io/hostname" is restricted'],
    ['an effect that there is not', { taints: [{ ...GPU_TAINT, effect: 'Never' }] }, 'supported values: "NoSchedule"'],
    ['a disk of no size', { resources: { requests: { storage: 'large' } } }, 'spec.resources.requests.storage'],
    ['days', { expireAfter: '30d' }, 'spec.expireAfter'],
    ['a drain that never ends', { terminationGracePeriod: 'Never' }, 'spec.terminationGracePeriod'],
    ['a field of Machines', { machineTemplateRef: { name: 'a' } }, 'unknown field "spec.machineTemplateRef"'],
  ])('refuses %s and says why', async (_, spec, sentence) => {
    await expect(create(nodeClaims, nodeClaim(spec))).rejects.toThrow(sentence);
  });
});

function requiring(requirement: Fields): Fields {
  return { requirements: [requirement] };
}
