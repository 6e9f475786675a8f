import { describe, expect, it } from '@jest/globals';
import type { Workspace } from '@kaito/types';

import { aWorkspace, inferenceOf, settings } from '../../../test/builders.ts';
import { isRead } from '../spec/reading.ts';
import { readSpec } from '../spec/spec.ts';
import type { Spec } from '../spec/spec.ts';
import { machineManifest } from './machine-manifest.ts';

describe('machineManifest', () => {
  it('is field by field what the Go original writes, requirements in its order', () => {
    const workspace = aWorkspace();
    expect(machineManifest('ws4f1e0d23d', { workspace, spec: specOf(workspace), earlierAttempts: '' })).toEqual({
      apiVersion: 'karpenter.sh/v1alpha5',
      kind: 'Machine',
      metadata: {
        name: 'ws4f1e0d23d',
        labels: {
          'karpenter.sh/provisioner-name': 'default',
          'kaito.sh/workspace': 'llm',
          'kaito.sh/workspacenamespace': 'default',
          apps: 'phi-3',
        },
      },
      spec: {
        machineTemplateRef: { name: 'ws4f1e0d23d' },
        requirements: [
          { key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['Standard_NC6s_v3'] },
          { key: 'karpenter.sh/provisioner-name', operator: 'In', values: ['default'] },
          { key: 'kaito.sh/machine-type', operator: 'In', values: ['gpu'] },
          { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] },
          { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
        ],
        taints: [{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }],
        resources: { requests: { storage: '50Gi' } },
      },
    });
  });

  it.each([
    ['falcon-40b', 'Standard_NC48ads_A100_v4', '400'],
    ['mistral-7b', 'Standard_NC6s_v3', '100Gi'],
    ['phi-4', 'Standard_NC24ads_A100_v4', '107Gi'],
  ])('asks for the disk of %s', (name, instanceType, storage) => {
    const workspace = aWorkspace({ resource: { instanceType }, inference: inferenceOf(name) });
    expect(machineManifest('ws1', { workspace, spec: specOf(workspace), earlierAttempts: '' })['spec']).toMatchObject({
      resources: { requests: { storage } },
    });
  });

  it('tells the provisioner of the creates before it', () => {
    const workspace = aWorkspace();
    const earlierAttempts = '2026-01-01T00:00:00Z 2026-01-01T00:02:00Z';
    expect(machineManifest('ws1', { workspace, spec: specOf(workspace), earlierAttempts }).metadata).toMatchObject({
      annotations: { 'kaito.sh/create-attempts': earlierAttempts },
    });
  });

  it('asks for no disk when the user brings the pod', () => {
    const workspace = aWorkspace({ inference: templateOf({}) });
    expect(machineManifest('ws1', { workspace, spec: specOf(workspace), earlierAttempts: '' })['spec']).toMatchObject({
      resources: { requests: { storage: '0' } },
    });
  });
});

function specOf(workspace: Workspace): Spec {
  const spec = readSpec(workspace, settings);
  if (!isRead(spec)) {
    throw new Error(JSON.stringify(spec));
  }
  return spec.value;
}

function templateOf(spec: object): object {
  return {
    template: {
      metadata: { labels: { mine: 'yes' } },
      spec: { containers: [{ name: 'server', image: 'ghcr.io/me/server:1' }], ...spec },
    },
  };
}
