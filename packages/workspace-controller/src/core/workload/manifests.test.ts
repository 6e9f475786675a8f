import { describe, expect, it } from '@jest/globals';
import type { Workspace } from '@kaito/types';
import * as z from 'zod';

import { aWorkspace, inferenceOf, kaitoImages, settings } from '../../../test/builders.ts';
import type { Settings } from '../settings.ts';
import { isRead } from '../spec/reading.ts';
import { readSpec } from '../spec/spec.ts';
import type { Spec } from '../spec/spec.ts';
import { desiredDeployment } from './deployment.ts';
import { desiredService } from './service.ts';

describe('desiredService', () => {
  it('offers the server under the name of the Workspace', () => {
    const workspace = aWorkspace();
    expect(desiredService(workspace, specOf(workspace))).toEqual({
      target: 'Service',
      mark: '7962cb6af5',
      manifest: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {
          name: 'llm',
          namespace: 'default',
          labels: { 'kaito.sh/workspace': 'llm' },
          annotations: { 'workspace.kaito.io/applied': '7962cb6af5' },
          ownerReferences: [OWNER],
        },
        spec: {
          type: 'ClusterIP',
          selector: { 'kaito.sh/workspace': 'llm' },
          ports: [
            { name: 'http', port: 80, protocol: 'TCP', targetPort: 5000 },
            { name: 'torch', port: 29500, protocol: 'TCP', targetPort: 29500 },
          ],
          publishNotReadyAddresses: true,
        },
      },
    });
  });

  it.each([
    ['True', 'LoadBalancer'],
    ['true', 'ClusterIP'],
  ])('reads the load balancer annotation to the letter: %s', (value, type) => {
    const workspace = aWorkspace({ metadata: { annotations: { 'kaito.sh/enablelb': value } } });
    expect(desiredService(workspace, specOf(workspace)).manifest['spec']).toMatchObject({ type });
  });
});

describe('desiredDeployment', () => {
  it('starts our own server with the weights that the catalogue names', () => {
    const workspace = aWorkspace();
    const { manifest, mark } = desiredDeployment(workspace, specOf(workspace), 1);
    expect(manifest).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: 'llm',
        namespace: 'default',
        labels: { 'kaito.sh/workspace': 'llm' },
        annotations: { 'workspace.kaito.io/revision': '1', 'workspace.kaito.io/applied': mark },
        ownerReferences: [OWNER],
      },
      spec: {
        replicas: 1,
        selector: { matchLabels: { 'kaito.sh/workspace': 'llm' } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
        progressDeadlineSeconds: 5400,
        template: {
          metadata: { labels: { 'kaito.sh/workspace': 'llm' } },
          spec: {
            affinity: AFFINITY,
            tolerations: TOLERATIONS,
            automountServiceAccountToken: false,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 1000,
              runAsGroup: 1000,
              fsGroup: 1000,
              seccompProfile: { type: 'RuntimeDefault' },
            },
            containers: [
              {
                name: 'llm',
                image: 'kaito.local/inference-server:0.1.0-llamacpp',
                args: [
                  '--model',
                  'hf:microsoft/Phi-3-mini-4k-instruct-gguf/Phi-3-mini-4k-instruct-q4.gguf@main',
                  '--served-model-name',
                  'phi-3-mini-4k-instruct',
                  '--port',
                  '5000',
                ],
                ports: [{ containerPort: 5000, protocol: 'TCP' }],
                resources: { requests: { 'nvidia.com/gpu': '1' }, limits: { 'nvidia.com/gpu': '1' } },
                startupProbe: { httpGet: { path: '/health', port: 5000 }, periodSeconds: 1, failureThreshold: 1800 },
                readinessProbe: { httpGet: { path: '/health', port: 5000 }, periodSeconds: 10 },
                livenessProbe: { httpGet: { path: '/health', port: 5000 }, periodSeconds: 10 },
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ['ALL'] },
                },
                volumeMounts: [{ name: 'weights', mountPath: '/workspace/weights' }],
              },
            ],
            volumes: [{ name: 'weights', emptyDir: {} }],
          },
        },
      },
    });
  });

  it('mounts the ConfigMap, reads the token and uses the mirror that were named', () => {
    const inference = {
      preset: { name: 'microsoft/Phi-4', presetOptions: { modelAccessSecret: 'hub-token' } },
      config: 'my-config',
    };
    const workspace = aWorkspace({ resource: { instanceType: 'Standard_D8s_v5' }, inference });
    const spec = podSpec(workspace, { ...settings, hubEndpoint: 'http://hub.example' }, 0);
    expect(spec.volumes).toEqual([
      { name: 'weights', emptyDir: {} },
      { name: 'config-volume', configMap: { name: 'my-config' } },
    ]);
    expect(container(spec)).toMatchObject({
      args: [
        '--model',
        'hf:microsoft/phi-4-gguf/phi-4-Q4_K_S.gguf@main',
        '--served-model-name',
        'phi-4',
        '--port',
        '5000',
      ],
      env: [
        { name: 'HF_ENDPOINT', value: 'http://hub.example' },
        { name: 'HF_TOKEN', valueFrom: { secretKeyRef: { name: 'hub-token', key: 'HF_TOKEN', optional: true } } },
      ],
      volumeMounts: [
        { name: 'weights', mountPath: '/workspace/weights' },
        { name: 'config-volume', mountPath: '/mnt/config' },
      ],
    });
    expect(container(spec)).not.toHaveProperty('resources');
  });

  it('starts a published image as v0.3.2 did, flags compared as a set', () => {
    const workspace = aWorkspace({ inference: inferenceOf('phi-3-mini-128k-instruct') });
    const spec = podSpec(workspace, settings, 1);
    expect(spec).not.toHaveProperty('volumes');
    expect(spec).toMatchObject({ automountServiceAccountToken: false });
    expect(container(spec)).toMatchObject({
      name: 'llm',
      securityContext: { allowPrivilegeEscalation: false },
      image: 'mcr.microsoft.com/aks/kaito/kaito-phi-3-mini-128k-instruct:0.0.2',
      livenessProbe: { httpGet: { path: '/healthz', port: 5000 }, initialDelaySeconds: 600, periodSeconds: 10 },
      readinessProbe: { httpGet: { path: '/healthz', port: 5000 }, initialDelaySeconds: 30, periodSeconds: 10 },
    });
    expect(commandOf(spec)).toEqual({
      shell: ['/bin/sh', '-c'],
      parts: [
        {
          program: 'accelerate launch',
          flags: new Set(['--num_processes=1', '--num_machines=1', '--machine_rank=0', '--gpu_ids=all']),
        },
        {
          program: 'inference_api.py',
          flags: new Set(['--pipeline=text-generation', '--torch_dtype=auto', '--trust_remote_code']),
        },
      ],
    });
  });

  it('starts it as v0.4.1 did when the Workspace names a runtime', () => {
    const metadata = { annotations: { 'kaito.sh/runtime': 'vllm' } };
    const inference = { ...inferenceOf('phi-3-mini-4k-instruct'), config: 'my-config' };
    const workspace = aWorkspace({ metadata, resource: { instanceType: 'Standard_NC12s_v3' }, inference });
    const spec = podSpec(workspace, kaitoImages, 2);
    expect(container(spec)).toMatchObject({
      image: 'mcr.microsoft.com/aks/kaito/kaito-phi-3-mini-4k-instruct:0.0.4',
      readinessProbe: { httpGet: { path: '/health', port: 5000 } },
      volumeMounts: [
        { name: 'dshm', mountPath: '/dev/shm' },
        { name: 'config-volume', mountPath: '/mnt/config' },
      ],
    });
    expect(commandOf(spec).parts).toEqual([
      {
        program: 'python3 /workspace/vllm/inference_api.py',
        flags: new Set([
          '--dtype=float16',
          '--kaito-config-file=/mnt/config/inference_config.yaml',
          '--served-model-name=phi-3-mini-4k-instruct',
          '--tensor-parallel-size=2',
        ]),
      },
    ]);
  });

  it('takes the transformers runtime of v0.4.1 when asked for', () => {
    const metadata = { annotations: { 'kaito.sh/runtime': 'transformers' } };
    const workspace = aWorkspace({ metadata, inference: inferenceOf('phi-2') });
    expect(commandOf(podSpec(workspace, kaitoImages, 1)).parts.map(({ program }) => program)).toEqual([
      'accelerate launch',
      '/workspace/tfs/inference_api.py',
    ]);
  });

  it("runs the user's own image of a private preset with torchrun, and shares memory between replicas", () => {
    const preset = {
      name: 'llama-2-7b',
      accessMode: 'private',
      presetOptions: { image: 'me.azurecr.io/llama-2-7b:1', imagePullSecrets: ['pull'] },
    };
    const workspace = aWorkspace({ resource: { count: 2 }, inference: { preset } });
    const spec = podSpec(workspace, settings, 1);
    expect(spec).toMatchObject({
      imagePullSecrets: [{ name: 'pull' }],
      volumes: [{ name: 'dshm', emptyDir: { medium: 'Memory' } }],
    });
    expect(commandOf(spec).parts[0]).toEqual({
      program: 'cd /workspace/llama/llama-2 && torchrun',
      flags: new Set([
        '--master_addr=localhost',
        '--master_port=29500',
        '--max_restarts=3',
        '--nnodes=1',
        '--node_rank=0',
        '--nproc_per_node=1',
        '--rdzv_backend=c10d',
        '--rdzv_endpoint=localhost:29500',
        '--rdzv_id=rdzv_id',
      ]),
    });
  });

  it("keeps the user's pod as it is, but for label, tolerations and the nodes it may use", () => {
    const zone = { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['1', '2'] };
    const preferred = [{ weight: 1, preference: { matchExpressions: [zone] } }];
    const podAntiAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [] };
    const workspace = aWorkspace({
      inference: templateOf({
        affinity: {
          podAntiAffinity,
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: preferred,
            requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [zone] }] },
          },
        },
        tolerations: [{ key: 'mine', operator: 'Exists' }],
      }),
    });
    const { manifest } = desiredDeployment(workspace, specOf(workspace), 1);
    expect(manifest.metadata['annotations']).not.toHaveProperty('workspace.kaito.io/revision');
    expect(templateIn(manifest)).toEqual({
      metadata: { labels: { mine: 'yes', 'kaito.sh/workspace': 'llm' } },
      spec: {
        containers: [{ name: 'server', image: 'ghcr.io/me/server:1' }],
        affinity: {
          podAntiAffinity,
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: preferred,
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                { matchExpressions: [zone, ...OWN_NODES.matchExpressions] },
                { matchExpressions: [zone, ...POOLED_NODES.matchExpressions] },
                { matchExpressions: [zone, ...RESERVED_NODES.matchExpressions] },
              ],
            },
          },
        },
        tolerations: [{ key: 'mine', operator: 'Exists' }, ...TOLERATIONS],
      },
    });
  });

  it('can still be scheduled when the selector names no label', () => {
    const workspace = aWorkspace({ resource: { labelSelector: {} }, inference: templateOf({}) });
    expect(podSpec(workspace, settings, 1)).toMatchObject({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              { matchExpressions: OWN_NODES.matchExpressions.slice(1) },
              { matchExpressions: POOLED_NODES.matchExpressions.slice(1) },
              { matchExpressions: RESERVED_NODES.matchExpressions.slice(1) },
            ],
          },
        },
      },
    });
  });
});

const OWNER = {
  apiVersion: 'kaito.sh/v1beta1',
  kind: 'Workspace',
  name: 'llm',
  uid: 'c3c0aa3f-4f0b-4a52-8b5c-3d6f1b4f0001',
  controller: true,
};

const OWN_NODES = {
  matchExpressions: [
    { key: 'apps', operator: 'In', values: ['phi-3'] },
    { key: 'kaito.sh/workspace', operator: 'In', values: ['llm'] },
    { key: 'kaito.sh/workspacenamespace', operator: 'In', values: ['default'] },
  ],
};

const POOLED_NODES = {
  matchExpressions: [
    { key: 'apps', operator: 'In', values: ['phi-3'] },
    { key: 'karpenter.kaito.sh/workspace-name', operator: 'In', values: ['llm'] },
    { key: 'karpenter.kaito.sh/workspace-namespace', operator: 'In', values: ['default'] },
  ],
};

const RESERVED_NODES = {
  matchExpressions: [
    { key: 'apps', operator: 'In', values: ['phi-3'] },
    { key: 'kaito.sh/reserved-by', operator: 'In', values: ['c3c0aa3f-4f0b-4a52-8b5c-3d6f1b4f0001'] },
  ],
};

const AFFINITY = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [OWN_NODES, POOLED_NODES, RESERVED_NODES] },
  },
};

const TOLERATIONS = [
  { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'sku', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' },
];

function templateOf(spec: object): object {
  return {
    template: {
      metadata: { labels: { mine: 'yes' } },
      spec: { containers: [{ name: 'server', image: 'ghcr.io/me/server:1' }], ...spec },
    },
  };
}

function specOf(workspace: Workspace, by: Settings = settings): Spec {
  const spec = readSpec(workspace, by);
  if (!isRead(spec)) {
    throw new Error(JSON.stringify(spec));
  }
  return spec.value;
}

const PodSpec = z.looseObject({
  containers: z.array(z.looseObject({ command: z.array(z.string()).optional() })),
  volumes: z.array(z.unknown()).optional(),
});
type PodSpec = z.infer<typeof PodSpec>;

const Rollout = z.object({ spec: z.object({ template: z.looseObject({ spec: PodSpec }) }) });

function podSpec(workspace: Workspace, by: Settings, gpus: number): PodSpec {
  return templateIn(desiredDeployment(workspace, specOf(workspace, by), gpus).manifest).spec;
}

function templateIn(manifest: object): { readonly spec: PodSpec } {
  return Rollout.parse(manifest).spec.template;
}

function container({ containers }: PodSpec): PodSpec['containers'][number] {
  return containers[0] ?? {};
}

function commandOf(spec: PodSpec) {
  const [sh, c, line = ''] = container(spec).command ?? [];
  const parts: { program: string; flags: Set<string> }[] = [];
  let isAfterFlag = true;
  for (const word of line.split(' ')) {
    const last = parts.at(-1);
    if (word.startsWith('--')) {
      last?.flags.add(word);
    } else if (isAfterFlag || last === undefined) {
      parts.push({ program: word, flags: new Set() });
    } else {
      last.program += ` ${word}`;
    }
    isAfterFlag = word.startsWith('--');
  }
  return { shell: [sh, c], parts };
}
