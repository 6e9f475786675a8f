import { readFileSync } from 'node:fs';
import path from 'node:path';

import { labels } from '@kaito/types';
import { Deployment, Machine, Node, NodeClaim, NodePool, Pod, Service, StatefulSet, Workspace } from '@kaito/types';
import { parse } from 'yaml';

import { claimOfMachine, claimOfNodeClaim } from '../src/core/claims/claim.ts';
import type { Claim } from '../src/core/claims/claim.ts';
import type { Observed } from '../src/core/observed.ts';
import type { Settings } from '../src/core/settings.ts';
import { readCatalog } from '../src/core/spec/presets.ts';

/** Objects that are valid by default; a test says only what matters to it. */

export const NOW = new Date('2026-01-01T12:00:00Z');

export const settings: Settings = {
  catalog: readCatalog(parse(readFileSync(path.join(import.meta.dirname, '../presets.yaml'), 'utf8'))),
  nodes: { kind: 'machine' },
  cloudProvider: 'azure',
  images: {
    source: 'own',
    registry: 'kaito.local',
    version: '0.1.0',
    presetRegistry: 'mcr.microsoft.com/aks/kaito',
  },
  deadlines: { claimReadyMs: 900_000, schedulingMs: 30_000 },
  claimBackoff: { baseMs: 120_000, maxMs: 600_000 },
};

export const kaitoImages: Settings = { ...settings, images: { ...settings.images, source: 'kaito' } };

const UID = 'c3c0aa3f-4f0b-4a52-8b5c-3d6f1b4f0001';
/** `claimName(UID, 0)` and `claimName(UID, 1)`. */
export const FIRST_CLAIM = 'ws4f1e0d23d';
export const SECOND_CLAIM = 'ws2c53a28c7';
/** `claimName(UID, 0, 1)`. */
export const SALTED_CLAIM = 'ws6a9237191';

const LONG_AGO = '2026-01-01T11:59:00Z';

const meta = (name: string, extra: object = {}): object => ({
  name,
  uid: `uid-of-${name}`,
  resourceVersion: '1',
  creationTimestamp: LONG_AGO,
  ...extra,
});

export const inferenceOf = (name: string): object => ({ preset: { name } });

export function aWorkspace({
  metadata = {},
  resource = {},
  ...rest
}: Record<string, object | undefined> = {}): Workspace {
  return Workspace.parse({
    metadata: meta('llm', {
      namespace: 'default',
      uid: UID,
      generation: 1,
      finalizers: ['workspace.finalizer.kaito.sh'],
      ...metadata,
    }),
    resource: {
      instanceType: 'Standard_NC6s_v3',
      labelSelector: { matchLabels: { apps: 'phi-3' } },
      ...resource,
    },
    ...(rest['tuning'] === undefined ? { inference: inferenceOf('phi-3-mini-4k-instruct') } : {}),
    ...rest,
  });
}

export function aMachine(
  name: string,
  { metadata = {}, status }: { readonly metadata?: object; readonly status?: object | undefined } = {},
): Claim {
  const machine = Machine.parse({
    metadata: meta(name, {
      labels: { [labels.workspace]: 'llm', [labels.workspaceNamespace]: 'default' },
      ...metadata,
    }),
    status,
  });
  return claimOfMachine(machine);
}

export function aReadyMachine(name: string, nodeName: string): Claim {
  return aMachine(name, {
    status: {
      nodeName,
      conditions: ['MachineLaunched', 'MachineRegistered', 'MachineInitialized', 'Ready'].map(isTrue),
    },
  });
}

interface ClaimParts {
  readonly metadata?: object;
  readonly status?: object | undefined;
}

export function aNodeClaim(name: string, { metadata = {}, status }: ClaimParts = {}): Claim {
  const nodeClaim = NodeClaim.parse({
    metadata: meta(name, {
      labels: { [labels.workspace]: 'llm', [labels.workspaceNamespace]: 'default' },
      ...metadata,
    }),
    spec: { requirements: [], nodeClassRef: { group: 'kaito.sh', kind: 'KaitoNodeClass', name: 'default' } },
    status,
  });
  return claimOfNodeClaim(nodeClaim);
}

interface Progress {
  readonly nodeName?: string;
  /** Those beside the true ones. */
  readonly conditions?: readonly object[];
}

/** A claim of which these steps have been taken. */
export function aNodeClaimAt(name: string, steps: readonly string[], progress: Progress = {}): Claim {
  const { nodeName, conditions = [] } = progress;
  const told = [...steps.map(isTrue), ...conditions].map((one) => ({ lastTransitionTime: LONG_AGO, ...one }));
  return aNodeClaim(name, { status: { nodeName, conditions: told } });
}

export const POOL_LABELS = {
  'karpenter.kaito.sh/workspace-name': 'llm',
  'karpenter.kaito.sh/workspace-namespace': 'default',
};

export function aNodePool({ metadata = {}, replicas = 1, conditions = [] }: PoolParts = {}): NodePool {
  return NodePool.parse({
    metadata: meta('default-llm', { labels: POOL_LABELS, ...metadata }),
    spec: { replicas },
    status: { conditions: conditions.map((one) => ({ lastTransitionTime: LONG_AGO, ...one })) },
  });
}

interface PoolParts {
  readonly metadata?: object;
  readonly replicas?: number;
  readonly conditions?: readonly object[];
}

export function aFailedMachine(name: string, message: string, reason = 'LaunchFailed'): Claim {
  return aMachine(name, { status: { conditions: [{ type: 'MachineLaunched', status: 'False', reason, message }] } });
}

interface NodeOptions {
  readonly metadata?: object;
  readonly own?: boolean;
  readonly isReady?: boolean;
  readonly gpus?: number;
  readonly labels?: object;
  readonly spec?: object;
}

export function aNode(name: string, options: NodeOptions = {}): Node {
  const { metadata = {}, own = true, isReady = true, gpus = 1, spec = {} } = options;
  return Node.parse({
    metadata: meta(name, {
      labels: {
        apps: 'phi-3',
        [labels.instanceType]: 'Standard_NC6s_v3',
        [labels.accelerator]: 'nvidia',
        ...(own ? { [labels.workspace]: 'llm', [labels.workspaceNamespace]: 'default' } : {}),
        ...options.labels,
      },
      ...metadata,
    }),
    spec,
    status: {
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
      ...(gpus === 0 ? {} : { allocatable: { 'nvidia.com/gpu': String(gpus) } }),
    },
  });
}

export function aDeployment({ metadata = {}, spec = {}, status = {} }: Record<string, object> = {}): Deployment {
  return Deployment.parse({ metadata: owned(metadata), spec: { replicas: 1, ...spec }, status });
}

export function aService(metadata: object = {}): Service {
  return Service.parse({ metadata: owned(metadata) });
}

/** Of two members, as its controller reports it when it has seen the newest template. */
export function aStatefulSet({ metadata = {}, spec = {}, status = {} }: Record<string, object> = {}): StatefulSet {
  return StatefulSet.parse({
    metadata: owned(metadata),
    spec: { replicas: 2, ...spec },
    status: { observedGeneration: 1, ...status },
  });
}

/** A pod that the StatefulSet has made, of a generation of its group. */
export function aMember(name: string, status: object, generation = 1, metadata: object = {}): Pod {
  const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'llm', uid: 'uid-of-workload' }];
  const annotations = { 'kaito.sh/group-generation': String(generation) };
  return aPod(status, { name, uid: `uid-of-${name}`, ownerReferences, annotations, ...metadata });
}

export const ROLLED_OUT = { observedGeneration: 1, replicas: 1, readyReplicas: 1, updatedReplicas: 1 };

function owned(metadata: object): object {
  return meta('llm', {
    namespace: 'default',
    uid: 'uid-of-workload',
    generation: 1,
    ownerReferences: [{ apiVersion: 'kaito.sh/v1beta1', kind: 'Workspace', name: 'llm', uid: UID, controller: true }],
    ...metadata,
  });
}

export function aPod(status: object, metadata: object = {}): Pod {
  return Pod.parse({
    metadata: meta('llm-abc', { namespace: 'default', labels: { [labels.workspace]: 'llm' }, ...metadata }),
    status,
  });
}

export function observed(changes: Partial<Observed> = {}): Observed {
  return {
    workspace: aWorkspace(),
    claims: [],
    foreignClaimNames: [],
    served: { machines: true, nodeClaims: false, nodePools: false },
    nodePool: undefined,
    nodes: [],
    recordedRefusal: undefined,
    holdings: new Map(),
    rivals: [],
    deployment: undefined,
    statefulSet: undefined,
    service: undefined,
    headlessService: undefined,
    pods: [],
    goneNodes: [],
    now: NOW,
    ...changes,
  };
}

const isTrue = (type: string): object => ({ type, status: 'True' });
