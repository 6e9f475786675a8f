import type { KubernetesObject, Manifest } from '@kaito/controller-runtime';

import type { Vm } from '../../cloud/vm.ts';
import { findVmSize } from '../../cloud/vm-sizes.ts';
import { withConditions } from '../conditions.ts';
import type { ConditionPatch } from '../conditions.ts';
import { conditionsOf } from '../reading.ts';
import { readTaint } from '../scheduling/taints.ts';
import type { NodeTaint } from '../scheduling/taints.ts';

export const NOT_READY = 'node.kubernetes.io/not-ready';
export const UNREACHABLE = 'node.kubernetes.io/unreachable';
export const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
export const UNINITIALIZED = 'node.cloudprovider.kubernetes.io/uninitialized';
export const GPU = 'nvidia.com/gpu';

export type Readiness = 'starting' | 'ready' | 'unknown';

const READY: Readonly<Record<Readiness, ConditionPatch>> = {
  starting: { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'container runtime is not ready' },
  ready: { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
  unknown: {
    type: 'Ready',
    status: 'Unknown',
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
  },
};

/** The Node as the kubelet registers it. */
export function newNode({ labels, nodeName, providerId, taints }: Vm): Manifest {
  const boot: readonly NodeTaint[] = [
    { key: UNINITIALIZED, value: 'true', effect: 'NoSchedule' },
    { key: NOT_READY, effect: 'NoSchedule' },
  ];
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: nodeName, labels },
    spec: { providerID: providerId, taints: [...taints.map(readTaint), ...boot] },
  };
}

/** What a VM offers before any device plugin does. */
export function resourcesOf({ vmSize }: Vm): Readonly<Record<string, string>> {
  const { memoryGiB = 16, vcpus = 4 } = findVmSize(vmSize) ?? {};
  return { cpu: String(vcpus), memory: `${memoryGiB}Gi`, pods: '110' };
}

export function readyStatus(
  node: KubernetesObject,
  readiness: Readiness,
  now: string,
): Readonly<Record<string, unknown>> {
  return { conditions: withConditions(conditionsOf(node), [READY[readiness]], now) };
}
