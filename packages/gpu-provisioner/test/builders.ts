import { labels } from '@kaito/types';
import type { Machine, Node, Pod } from '@kaito/types';

import type { Claim } from '../src/core/claim/claim.ts';
import { claimOfMachine } from '../src/core/front-ends/machine.ts';
import { NO_FLEET } from '../src/core/nodes/fleet.ts';
import type { ObservedClaim } from '../src/core/observed.ts';
import { UnavailableOfferings } from '../src/core/offerings/unavailable-offerings.ts';
import type { AgentPool, CloudFailure } from '../src/core/pools/cloud.ts';
import type { PoolKnowledge, PoolView, Refusal } from '../src/core/pools/pool-knowledge.ts';
import { settings } from './settings.ts';

export const NOW = new Date('2026-01-01T01:00:00Z');
const CREATED = '2026-01-01T00:59:00Z';
export const PROVIDER_ID = 'azure:///vmss/0';

export function secondsAgo(seconds: number): Date {
  return new Date(NOW.getTime() - seconds * 1000);
}

export interface MachineParts {
  readonly metadata?: Partial<Machine['metadata']>;
  readonly spec?: Machine['spec'];
  readonly status?: Machine['status'];
}

/** A Machine as Kaito writes it, guarded and asked for a moment ago; its parts are replaced member by member. */
function aMachine({ metadata = {}, spec = {}, status }: MachineParts = {}): Machine {
  return {
    metadata: {
      name: 'ws012345678',
      uid: 'machine-1',
      resourceVersion: '7',
      generation: 1,
      creationTimestamp: CREATED,
      labels: { [labels.workspace]: 'phi', [labels.workspaceNamespace]: 'default' },
      finalizers: ['karpenter.sh/termination'],
      ...metadata,
    },
    spec: {
      requirements: [{ key: labels.instanceType, operator: 'In', values: ['Standard_NC24ads_A100_v4'] }],
      taints: [{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }],
      resources: { requests: { storage: '120Gi' } },
      ...spec,
    },
    ...(status !== undefined && { status }),
  };
}

export function aClaim(parts?: MachineParts): Claim {
  return claimOfMachine(aMachine(parts));
}

export interface NodeParts {
  readonly metadata?: Partial<Node['metadata']>;
  readonly spec?: Partial<Node['spec']>;
  readonly status?: Partial<Node['status']>;
}

/** A Ready Node of the claim's pool that nobody has registered yet. */
export function aNode({ metadata = {}, spec = {}, status = {} }: NodeParts = {}): Node {
  return {
    metadata: {
      name: 'aks-ws012345678-vmss000000',
      uid: 'node-1',
      resourceVersion: '9',
      creationTimestamp: '2026-01-01T00:59:40Z',
      labels: { [labels.agentPool]: 'ws012345678' },
      ...metadata,
    },
    spec: { providerID: PROVIDER_ID, ...spec },
    status: {
      capacity: { cpu: '24' },
      allocatable: { cpu: '23' },
      conditions: [{ type: 'Ready', status: 'True' }],
      ...status,
    },
  };
}

/** The same after registration and initialization. */
export function aRegisteredNode(parts: NodeParts = {}): Node {
  return aNode({
    ...parts,
    metadata: {
      labels: {
        [labels.agentPool]: 'ws012345678',
        [labels.registered]: 'true',
        [labels.initialized]: 'true',
      },
      finalizers: ['karpenter.sh/termination'],
      ownerReferences: [
        { apiVersion: 'karpenter.sh/v1alpha5', kind: 'Machine', name: 'ws012345678', uid: 'machine-1' },
      ],
      ...parts.metadata,
    },
  });
}

export function aPod(
  name: string,
  parts: {
    readonly metadata?: Partial<Pod['metadata']>;
    readonly spec?: Partial<Pod['spec']>;
    readonly status?: Pod['status'];
  } = {},
): Pod {
  return {
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      resourceVersion: '1',
      creationTimestamp: CREATED,
      ...parts.metadata,
    },
    spec: { nodeName: 'aks-ws012345678-vmss000000', ...parts.spec },
    status: parts.status ?? { phase: 'Running' },
  };
}

/** The claim's own pool, while it is being created. */
export function aPool(parts: Partial<AgentPool> = {}): AgentPool {
  return {
    name: 'ws012345678',
    phase: 'Creating',
    vmSize: 'Standard_NC24ads_A100_v4',
    tags: { 'kaito-cluster': 'cluster-1', 'kaito-claim': 'ws012345678', 'kaito-claim-uid': 'machine-1' },
    nodeLabels: {},
    ...parts,
  };
}

export function present(
  pool: AgentPool = aPool(),
  observedAt: Date = secondsAgo(1),
  phaseSince = observedAt,
): PoolView {
  return { state: 'Present', pool, observedAt, phaseSince };
}

export const absent: PoolView = { state: 'Absent', observedAt: secondsAgo(1), evidence: 'List', wasDeleting: false };

export function knowledge(parts: Partial<PoolKnowledge> = {}): PoolKnowledge {
  return {
    view: absent,
    createTurn: { mayGo: true },
    deleteTurn: { mayGo: true },
    listedAt: secondsAgo(1),
    typicalDeletionMs: 20_000,
    isAwaited: false,
    isRunWatched: false,
    poolCount: 1,
    ...parts,
  };
}

export function refused(failure: CloudFailure, at: Date = NOW): Refusal {
  return { at, failure, count: 1 };
}

/** A claim whose pool has just been asked about and does not exist. */
export function observed(parts: Partial<ObservedClaim> = {}): ObservedClaim {
  return {
    name: 'ws012345678',
    claim: aClaim(),
    rivals: [],
    nodes: [],
    pods: new Map(),
    fleet: NO_FLEET,
    pool: knowledge(),
    mayCollect: true,
    offerings: {
      skus: 'NotPermitted',
      usages: 'NotPermitted',
      unavailable: new UnavailableOfferings(settings.offerings.unavailable),
    },
    stalledMs: 0,
    settings,
    now: NOW,
    ...parts,
  };
}
