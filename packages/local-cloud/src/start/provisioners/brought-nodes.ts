import type { Kubernetes } from '@kaito/controller-runtime';
import { nodes } from '@kaito/types';

import { findVmSize } from '../../arm-simulator/core/vm-sizes.ts';
import type { AppliedWorkspace } from '../manifests.ts';
import { BROUGHT_NODES } from './provisioner.ts';

/** Who writes them: `npm start`, in the place of somebody who owns the machines. */
const fieldManager = 'npm-start';

const FALLBACK_SIZE = { vcpus: 6, memoryGiB: 112, gpus: 1 };
const GPU = 'nvidia.com/gpu';

export interface BroughtNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly cpus: number;
  readonly memoryGiB: number;
  readonly gpus: number;
}

/** As many Nodes as each Workspace asks for, with the labels that it selects; preferred ones by their names. */
export function broughtNodes(workspaces: readonly AppliedWorkspace[]): readonly BroughtNode[] {
  return workspaces.flatMap(({ name, resource: { count, instanceType, labelSelector, preferredNodes } }) =>
    Array.from({ length: count }, (_, index) => {
      const { gpus, memoryGiB, vcpus } = findVmSize(instanceType ?? '') ?? FALLBACK_SIZE;
      return {
        name: preferredNodes[index] ?? `gpu-machine-of-${name}-${index}`,
        labels: { ...labelSelector.matchLabels, [`${GPU}.present`]: 'true', [`${GPU}.count`]: String(gpus) },
        cpus: vcpus,
        memoryGiB,
        gpus,
      };
    }),
  );
}

/** Puts Nodes there that no provisioner knows of; the node agent is their kubelet. */
export async function bringNodes(
  kubernetes: Kubernetes,
  brought: readonly BroughtNode[],
  signal: AbortSignal,
): Promise<void> {
  for (const node of brought) {
    await kubernetes.create({ type: nodes, manifest: manifestOf(node), fieldManager }, signal);
  }
}

function manifestOf({ name, labels, cpus, memoryGiB, gpus }: BroughtNode) {
  const [key = '', value = ''] = BROUGHT_NODES.split('=');
  const resources = { cpu: String(cpus), memory: `${memoryGiB}Gi`, pods: '110', [GPU]: String(gpus) };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        ...labels,
        [key]: value,
      },
    },
    status: { capacity: resources, allocatable: resources },
  };
}
