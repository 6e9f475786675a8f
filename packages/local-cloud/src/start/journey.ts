import type { Machine, Node, Pod, Workspace } from '@kaito/types';
import { labels } from '@kaito/types';

/** What the API server shows of one Workspace and everything made for it. */
export interface Facts {
  readonly workspace: Workspace | undefined;
  readonly machines: readonly Machine[];
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
}

/** One thing that has to happen on the way to an answer. */
export interface Milestone {
  readonly label: string;
  /** Who makes it happen, for the line that says what is waited for. */
  readonly by: string;
  readonly detail: (facts: Facts) => string | undefined;
}

export interface Reached {
  readonly milestone: Milestone;
  readonly detail: string;
  /** Since the Workspace was applied. */
  readonly atMs: number;
}

/** In the order in which they are expected. Each `detail` is undefined until the milestone is reached. */
export const milestones: readonly Milestone[] = [
  {
    label: 'Workspace accepted',
    by: 'workspace-controller',
    detail: ({ workspace }) =>
      (workspace?.metadata.finalizers?.length ?? 0) > 0 ? workspace?.metadata.name : undefined,
  },
  {
    label: 'GPU node asked for',
    by: 'workspace-controller',
    detail: ({ machines }) => (machines.length > 0 ? `Machine ${machines.map(name).join(', ')}` : undefined),
  },
  {
    label: 'Agent pool asked for',
    by: 'gpu-provisioner',
    detail: ({ machines }) =>
      every(machines, ({ metadata }) => (metadata.finalizers?.length ?? 0) > 0)
        ? 'PUT at Azure (simulated)'
        : undefined,
  },
  {
    label: 'Node joined',
    by: 'Azure (simulated)',
    detail: (facts) => (poolNodes(facts).length > 0 ? poolNodes(facts).map(name).join(', ') : undefined),
  },
  {
    label: 'Node Ready',
    by: 'the node',
    detail: (facts) => (every(poolNodes(facts), isReady) ? instanceTypes(poolNodes(facts)) : undefined),
  },
  {
    label: 'Machine Ready',
    by: 'gpu-provisioner',
    detail: ({ machines }) =>
      every(machines, (machine) => condition(machine, 'Ready') === 'True') ? machines.map(name).join(', ') : undefined,
  },
  {
    label: 'GPU usable',
    by: 'the device plugin (simulated)',
    detail: (facts) =>
      every(poolNodes(facts), (node) => gpus(node) > 0)
        ? `nvidia.com/gpu: ${sum(poolNodes(facts).map(gpus))}`
        : undefined,
  },
  {
    label: 'Pod running',
    by: 'kubelet (simulated)',
    detail: ({ pods }) =>
      every(pods, ({ status }) => status.phase === 'Running') ? pods.map(name).join(', ') : undefined,
  },
  {
    label: 'Model loaded',
    by: 'inference-server',
    detail: ({ pods }) =>
      every(pods, (pod) => condition(pod, 'Ready') === 'True') ? 'answers GET /health' : undefined,
  },
  {
    label: 'Workspace Ready',
    by: 'workspace-controller',
    detail: ({ workspace }) =>
      workspace !== undefined && condition(workspace, 'WorkspaceReady') === 'True' ? name(workspace) : undefined,
  },
];

/** The milestones that `facts` newly show as reached, given those reached before. */
export function newlyReached(facts: Facts, before: readonly Reached[], atMs: number): readonly Reached[] {
  const known = new Set(before.map(({ milestone }) => milestone));
  return milestones
    .filter((milestone) => !known.has(milestone))
    .flatMap((milestone) => {
      const detail = milestone.detail(facts);
      return detail === undefined ? [] : [{ milestone, detail, atMs }];
    });
}

/** What the Workspace itself says that it waits for, or why it failed. */
export function waitingMessage({ workspace }: Facts): string | undefined {
  return workspace?.status?.conditions?.find(({ type }) => type === 'WorkspaceReady')?.message;
}

/** A failure that no waiting mends: the reason that the Workspace gives, or undefined while it is under way. */
export function failure({ workspace }: Facts): string | undefined {
  const ready = workspace?.status?.conditions?.find(({ type }) => type === 'WorkspaceReady');
  return ready?.status === 'False' && ready.reason === 'workspaceFailed' ? ready.message : undefined;
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

function isReady(node: Node): boolean {
  return condition(node, 'Ready') === 'True';
}

function poolNodes({ machines, nodes }: Facts): readonly Node[] {
  const pools = new Set(machines.map(name));
  return nodes.filter(({ metadata }) => pools.has(metadata.labels?.[labels.agentPool] ?? ''));
}

function instanceTypes(nodes: readonly Node[]): string {
  return [...new Set(nodes.map(({ metadata }) => metadata.labels?.[labels.instanceType] ?? ''))].join(', ');
}

function gpus({ status }: Node): number {
  return Number(status.allocatable?.['nvidia.com/gpu'] ?? 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
