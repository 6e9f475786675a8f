import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestCluster } from '@kaito/testkit';
import type { TestCluster } from '@kaito/testkit';
import { deployments, fieldManagers, pods, workspaces } from '@kaito/types';

import { isRead } from '../src/core/spec/reading.ts';
import { readSpec } from '../src/core/spec/spec.ts';
import { desiredDeployment } from '../src/core/workload/deployment.ts';
import { aWorkspace, settings } from './builders.ts';
import { readiness, seen, startController } from './running-controller.ts';
import type { RunningController } from './running-controller.ts';

const fieldManager = 'test';
const NAMESPACE = 'restricted';

let cluster: TestCluster;
let controller: RunningController;
const { signal } = new AbortController();

beforeAll(async () => {
  cluster = await startTestCluster({ components: ['etcd', 'kube-apiserver', 'kube-controller-manager'] });
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  const type = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', isNamespaced: false };
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels } };
  await cluster.kubernetes.create({ type, manifest, fieldManager }, signal);
  controller = await startController(cluster.access());
});

afterAll(async () => {
  await controller.stop();
  await cluster.stop();
});

/** What a user who keeps to the standard writes. */
const CAREFUL = {
  securityContext: { runAsNonRoot: true, runAsUser: 4321, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'server',
      image: 'ghcr.io/me/server:1',
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
  ],
};

describe('a namespace that enforces the restricted Pod Security Standard', () => {
  const own = settings.catalog.presets.filter(({ gguf, access }) => gguf !== undefined && access === 'public');

  it.each(own.map(({ name }) => name))('admits the pods of %s, which our own server runs', async (preset) => {
    const name = `own-${preset.toLowerCase().replaceAll(/[^a-z0-9]+/gu, '-')}`;
    const presetOptions = { modelAccessSecret: 'hub-token' };
    await applyDeployment(name, { preset: { name: preset, presetOptions }, config: 'my-config' });
    expect(await podOf(name)).toMatchObject({ spec: HARDENED });
  });

  it("passes on a user's template as it is, and so admits one that keeps to the standard", async () => {
    await createWorkspace('careful', { template: { spec: CAREFUL } });
    expect(await podOf('careful')).toMatchObject({ spec: CAREFUL });
  });

  it.each([
    [
      'careless',
      { template: { spec: { containers: [{ name: 'server', image: 'ghcr.io/me/server:1' }] } } },
      'set what it names in inference.template, or use a namespace whose label',
    ],
    [
      'published',
      { preset: { name: 'falcon-7b' } },
      'the image of this preset runs as root: choose a preset that our own server runs, or use a namespace whose label',
    ],
  ])('refuses the pods of %s, and the Workspace says so in one line', async (name, inference, remedy) => {
    await createWorkspace(name, inference);
    const { workspaces: informer } = controller.informers;
    const told = await seen(
      informer,
      (one) => one.metadata.name === name && readiness(one)?.reason === 'workspaceFailed',
    );
    const message = readiness(told)?.message ?? '';
    expect(message).toMatch(
      /^no pod can be made: pods "[^"]+" is forbidden: violates PodSecurity "restricted:latest": /u,
    );
    expect(message).toContain('runAsNonRoot != true');
    expect(message).toContain(remedy);
    expect(message).not.toContain('\n');
  });
});

/** Beyond what the standard asks for. */
const HARDENED = {
  automountServiceAccountToken: false,
  containers: [{ securityContext: { readOnlyRootFilesystem: true } }],
};

/** As the controller would once it has a Workspace of this kind. */
async function applyDeployment(name: string, inference: object): Promise<void> {
  const workspace = aWorkspace({ metadata: { name, namespace: NAMESPACE, uid: crypto.randomUUID() }, inference });
  const spec = readSpec(workspace, settings);
  if (!isRead(spec)) {
    throw new Error(JSON.stringify(spec));
  }
  const { manifest } = desiredDeployment(workspace, spec.value, 1);
  const unowned = { ...manifest, metadata: { ...manifest.metadata, ownerReferences: [] } }; // else it is collected
  const request = { type: deployments, manifest: unowned, fieldManager: fieldManagers.workspaceController };
  await cluster.kubernetes.apply(request, signal);
}

async function createWorkspace(name: string, inference: object): Promise<void> {
  const manifest = {
    apiVersion: 'kaito.sh/v1beta1',
    kind: 'Workspace',
    metadata: { name, namespace: NAMESPACE },
    resource: { instanceType: 'Standard_NC6s_v3', labelSelector: { matchLabels: { apps: name } } },
    inference,
  };
  await cluster.kubernetes.create({ type: workspaces, manifest, fieldManager }, signal);
}

async function podOf(workspace: string): Promise<unknown> {
  const pod = await seen(controller.informers.pods, ({ metadata }) => metadata.name.startsWith(`${workspace}-`));
  const { name, namespace } = pod.metadata;
  return cluster.kubernetes.get({ type: pods, key: { name, namespace } }, signal);
}
