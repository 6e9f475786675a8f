import { labels } from '@kaito/types';
import type { Node } from '@kaito/types';

import { nodesOf } from './facts.ts';
import type { Facts } from './facts.ts';
import type { Provisioner } from './provisioners/provisioner.ts';

/** One thing that has to happen on the way to an answer. */
export interface Milestone {
  readonly label: string;
  /** Who makes it happen, for the line that says what is waited for. */
  readonly by: string;
  /** Undefined until it is reached. */
  readonly detail: (facts: Facts) => string | undefined;
}

const KWOK = "karpenter's kwok provider";

const accepted: Milestone = {
  label: 'Workspace accepted',
  by: 'workspace-controller',
  detail: ({ workspace }) => ((workspace?.metadata.finalizers?.length ?? 0) > 0 ? workspace?.metadata.name : undefined),
};

const reserved: Milestone = {
  label: 'Node reserved',
  by: 'workspace-controller',
  detail: ({ workspace }) => {
    const held = workspace?.status?.workerNodes ?? [];
    return held.length > 0 ? held.join(', ') : undefined;
  },
};

const poolWritten: Milestone = {
  label: 'GPU nodes asked for',
  by: 'workspace-controller',
  detail: ({ nodePools }) =>
    nodePools.length > 0
      ? nodePools.map((pool) => `NodePool ${name(pool)}, replicas ${pool.spec.replicas ?? 0}`).join(', ')
      : undefined,
};

const askedFor = (by: string): Milestone => ({
  label: by === KWOK ? 'Claim made' : 'GPU node asked for',
  by,
  detail: ({ claims }) => (claims.length > 0 ? `${claims[0]?.kind ?? ''} ${claims.map(name).join(', ')}` : undefined),
});

const sentToAzure: Milestone = {
  label: 'Agent pool asked for',
  by: 'gpu-provisioner',
  detail: ({ claims }) =>
    every(claims, ({ metadata }) => (metadata.finalizers?.length ?? 0) > 0) ? 'PUT at Azure (simulated)' : undefined,
};

const joined = (by: string): Milestone => ({
  label: 'Node joined',
  by,
  detail: (facts) => (nodesOf(facts).length > 0 ? nodesOf(facts).map(name).join(', ') : undefined),
});

const nodeReady: Milestone = {
  label: 'Node Ready',
  by: 'the node',
  detail: (facts) => (every(nodesOf(facts), isReady) ? instanceTypes(nodesOf(facts)) : undefined),
};

const claimReady = (kind: 'Machine' | 'NodeClaim', by: string): Milestone => ({
  label: `${kind} Ready`,
  by,
  detail: ({ claims }) => (every(claims, isReady) ? claims.map(name).join(', ') : undefined),
});

const gpuUsable = (by: string): Milestone => ({
  label: 'GPU usable',
  by,
  detail: (facts) =>
    every(nodesOf(facts), (node) => gpus(node) > 0) ? `nvidia.com/gpu: ${sum(nodesOf(facts).map(gpus))}` : undefined,
});

const serving: readonly Milestone[] = [
  {
    label: 'Pod running',
    by: 'kubelet (simulated)',
    detail: ({ pods }) =>
      every(pods, ({ status }) => status.phase === 'Running') ? pods.map(name).join(', ') : undefined,
  },
  {
    label: 'Model loaded',
    by: 'inference-server',
    detail: ({ pods }) => (every(pods, isReady) ? 'answers GET /health' : undefined),
  },
  {
    label: 'Workspace Ready',
    by: 'workspace-controller',
    detail: ({ workspace }) =>
      workspace !== undefined && condition(workspace, 'WorkspaceReady') === 'True' ? name(workspace) : undefined,
  },
];

/** In the order in which they are expected. */
export function milestonesWith({ claimKinds, nodesBy }: Provisioner): readonly Milestone[] {
  const kind = claimKinds.includes('machine') ? 'Machine' : 'NodeClaim';
  const ways: Readonly<Record<Provisioner['nodesBy'], readonly Milestone[]>> = {
    'gpu-provisioner': [
      askedFor('workspace-controller'),
      sentToAzure,
      joined('Azure (simulated)'),
      nodeReady,
      claimReady(kind, 'gpu-provisioner'),
      gpuUsable('the device plugin (simulated)'),
    ],
    karpenter: [
      ...(claimKinds.includes('nodepool') ? [poolWritten, askedFor(KWOK)] : [askedFor('workspace-controller')]),
      joined(KWOK),
      nodeReady,
      claimReady(kind, KWOK),
      gpuUsable(KWOK),
    ],
    nobody: [reserved, nodeReady, gpuUsable('whoever brought the node')],
  };
  return [accepted, ...ways[nodesBy], ...serving];
}

function every<T>(items: readonly T[], holds: (item: T) => boolean): boolean {
  return items.length > 0 && items.every(holds);
}

function name({ metadata }: { readonly metadata: { readonly name: string } }): string {
  return metadata.name;
}

interface WithConditions {
  readonly status?:
    { readonly conditions?: readonly { readonly type: string; readonly status: string }[] | undefined } | undefined;
}

function condition({ status }: WithConditions, type: string): string | undefined {
  return status?.conditions?.find((candidate) => candidate.type === type)?.status;
}

function isReady(object: WithConditions): boolean {
  return condition(object, 'Ready') === 'True';
}

/** Nodes that somebody brings need not have one. */
function instanceTypes(nodes: readonly Node[]): string {
  return [...new Set(nodes.map(({ metadata }) => metadata.labels?.[labels.instanceType] ?? metadata.name))].join(', ');
}

function gpus({ status }: Node): number {
  return Number(status.allocatable?.['nvidia.com/gpu'] ?? 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
