import { describe, expect, it } from '@jest/globals';
import type { Workspace } from '@kaito/types';
import * as z from 'zod';

import { aStatefulSet, aWorkspace, inferenceOf, settings } from '../../../test/builders.ts';
import { isRead } from '../spec/reading.ts';
import { readSpec } from '../spec/spec.ts';
import type { Spec } from '../spec/spec.ts';
import { desiredHeadlessService } from './headless-service.ts';
import { desiredService } from './service.ts';
import { applyStatefulSet, desiredStatefulSet } from './stateful-set.ts';

function specOf(workspace: Workspace): Spec {
  const spec = readSpec(workspace, settings);
  if (!isRead(spec)) {
    throw new Error(JSON.stringify(spec));
  }
  return spec.value;
}

function ofTwo(inference: object = inferenceOf('phi-3-mini-4k-instruct')): Workspace {
  return aWorkspace({ resource: { count: 2 }, inference });
}

const template = { template: { spec: { containers: [{ name: 'server', image: 'ghcr.io/me/server:1' }] } } };

function llama(count: number, instanceType = 'Standard_NC24ads_A100_v4'): Workspace {
  const preset = { name: 'llama-2-13b-chat', accessMode: 'private', presetOptions: { image: 'me.azurecr.io/llama:1' } };
  return aWorkspace({ resource: { count, instanceType }, inference: { preset } });
}

const Made = z.object({
  spec: z.looseObject({
    template: z.looseObject({
      spec: z.looseObject({ containers: z.array(z.looseObject({ command: z.array(z.string()).optional() })) }),
    }),
  }),
});

function command(workspace: Workspace): readonly string[] {
  const { manifest } = desiredStatefulSet(workspace, specOf(workspace), 1);
  const { containers } = Made.parse(manifest).spec.template.spec;
  return containers.flatMap((container) => container.command?.[2]?.split(' --') ?? []);
}

describe('desiredStatefulSet', () => {
  it('starts all members at once, under names by which they find one another, and renews none by itself', () => {
    const { manifest } = desiredStatefulSet(ofTwo(), specOf(ofTwo()), 1);
    expect(manifest).toMatchObject({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'llm', namespace: 'default', labels: { 'kaito.sh/workspace': 'llm' } },
      spec: {
        replicas: 2,
        serviceName: 'llm-headless',
        podManagementPolicy: 'Parallel',
        selector: { matchLabels: { 'kaito.sh/workspace': 'llm' } },
        updateStrategy: { type: 'OnDelete' },
        template: { metadata: { labels: { 'kaito.sh/workspace': 'llm' } } },
      },
    });
  });

  it("renews the pods of a user's template one after the other", () => {
    const { manifest } = desiredStatefulSet(ofTwo(template), specOf(ofTwo(template)), 1);
    expect(manifest['spec']).toMatchObject({ updateStrategy: { type: 'RollingUpdate' } });
  });

  it('tells the processes of a model that is spread over nodes where they meet', () => {
    const meeting = 'llm-0.llm-headless.default.svc.cluster.local';
    expect(command(llama(2))).toEqual(
      expect.arrayContaining([
        'nnodes=2',
        'nproc_per_node=1',
        "node_rank=$(echo $HOSTNAME | grep -o '[^-]*$')",
        `master_addr=${meeting}`,
        'master_port=29500',
        'max_restarts=3',
        'rdzv_backend=c10d',
        'rdzv_id=job inference_api.py',
        `rdzv_endpoint=${meeting}:29500`,
      ]),
    );
    expect(command(llama(1, 'Standard_NC48ads_A100_v4'))).toEqual(
      expect.arrayContaining(['nnodes=1', 'nproc_per_node=2', 'node_rank=0', 'master_addr=localhost']),
    );
  });
});

describe('applyStatefulSet', () => {
  const desired = desiredStatefulSet(ofTwo(), specOf(ofTwo()), 1);

  it('marks the pods with their generation, which changes no mark of ours', () => {
    expect(applyStatefulSet(desired, 3, undefined)).toMatchObject({
      kind: 'Apply',
      target: 'StatefulSet',
      manifest: {
        metadata: { annotations: { 'workspace.kaito.io/applied': desired.mark } },
        spec: {
          replicas: 2,
          template: {
            metadata: {
              labels: { 'kaito.sh/workspace': 'llm' },
              annotations: { 'kaito.sh/group-generation': '3' },
            },
          },
        },
      },
    });
  });

  it('is refused when the StatefulSet has changed since it was seen', () => {
    expect(applyStatefulSet(desired, 3, aStatefulSet({ metadata: { resourceVersion: '9' } }))).toMatchObject({
      manifest: { metadata: { uid: 'uid-of-workload', resourceVersion: '9' } },
    });
  });
});

describe('the Services of several pods', () => {
  it('give each member a name before it is ready', () => {
    expect(desiredHeadlessService(ofTwo()).manifest).toMatchObject({
      kind: 'Service',
      metadata: { name: 'llm-headless', namespace: 'default' },
      spec: {
        clusterIP: 'None',
        selector: { 'kaito.sh/workspace': 'llm' },
        ports: [{ name: 'torchrun', port: 29_500 }],
        publishNotReadyAddresses: true,
      },
    });
  });

  it.each([
    ['every member of our own server', ofTwo(), { 'kaito.sh/workspace': 'llm' }],
    [
      'the first member of a model that is spread over them',
      llama(2),
      { 'kaito.sh/workspace': 'llm', 'statefulset.kubernetes.io/pod-name': 'llm-0' },
    ],
  ])('lead to %s', (_, workspace, selector) => {
    expect(desiredService(workspace, specOf(workspace)).manifest['spec']).toMatchObject({ selector });
  });
});
