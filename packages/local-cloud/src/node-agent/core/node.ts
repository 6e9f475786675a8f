import { labels as names, ObjectMeta, Quantity, Taint, timestamp, timestampMs } from '@kaito/types';
import * as z from 'zod';

import type { Vm } from './vm.ts';

const NodeCondition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  lastTransitionTime: z.string().nullish(),
  lastHeartbeatTime: z.string().nullish(),
});
type NodeCondition = z.infer<typeof NodeCondition>;

/** The part of a core/v1 Node that its kubelet works from. */
export const AgentNode = z.object({
  metadata: ObjectMeta,
  spec: z.object({ providerID: z.string().optional(), taints: z.array(Taint).default([]) }).default({ taints: [] }),
  status: z
    .object({
      capacity: z.record(z.string(), Quantity).default({}),
      allocatable: z.record(z.string(), Quantity).default({}),
      conditions: z.array(NodeCondition).default([]),
      addresses: z.array(z.object({ type: z.string(), address: z.string() })).default([]),
      daemonEndpoints: z.object({ kubeletEndpoint: z.object({ Port: z.int() }).optional() }).optional(),
    })
    .default({ capacity: {}, allocatable: {}, conditions: [], addresses: [] }),
});
export type AgentNode = z.infer<typeof AgentNode>;

export const GPU = 'nvidia.com/gpu';

/** What the agent's own endpoint is, for `kubectl logs`. */
export interface KubeletEndpoint {
  readonly address: string;
  readonly port: number;
}

/** How far a machine's kubelet has come. */
export interface NodeStage {
  readonly isReady: boolean;
  /** Undefined: no device plugin has been seen yet. */
  readonly gpus?: number | undefined;
}

const BOOT_TAINTS: readonly Taint[] = [
  { key: 'node.cloudprovider.kubernetes.io/uninitialized', value: 'true', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' },
];

const KUBELET_VERSION = 'v1.36.3';
const MAX_PODS = '110';
const KI_PER_GI = 1024 * 1024;
/** What AKS keeps for itself, roughly. */
const RESERVED_CPU_M = 140;
const RESERVED_MEMORY_KI = 1.5 * KI_PER_GI;

/** The Node as its kubelet registers it: not Ready yet, with the taints of a machine that boots. */
export function registration(vm: Vm, endpoint: KubeletEndpoint, nowMs: number): Record<string, unknown> {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: vm.name, labels: nodeLabels(vm) },
    spec: { providerID: vm.providerId, taints: [...vm.taints.map(parseTaint), ...BOOT_TAINTS] },
    status: {
      ...resources(vm, { isReady: false }),
      conditions: conditions([], { isReady: false }, nowMs),
      addresses: addresses(vm, endpoint),
      daemonEndpoints: { kubeletEndpoint: { Port: endpoint.port } },
      nodeInfo: nodeInfo(vm),
    },
  };
}

/** What every kubelet knows of itself, where the machine's description does not say otherwise. */
function nodeLabels(vm: Vm): Readonly<Record<string, string>> {
  return {
    [names.hostname]: vm.name,
    [names.os]: 'linux',
    [names.arch]: 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'beta.kubernetes.io/arch': 'amd64',
    [names.instanceType]: vm.vmSize,
    'beta.kubernetes.io/instance-type': vm.vmSize,
    ...vm.labels,
  };
}

/** `key=value:Effect` */
function parseTaint(text: string): Taint {
  const colon = text.lastIndexOf(':');
  const [key = '', value] = text.slice(0, colon).split('=');
  return { key, ...(value !== undefined && value !== '' && { value }), effect: text.slice(colon + 1) };
}

function resources(vm: Vm, { gpus }: NodeStage): Pick<AgentNode['status'], 'capacity' | 'allocatable'> {
  const memoryKi = Math.floor(vm.memoryGiB * KI_PER_GI);
  const common = { pods: MAX_PODS, ...(gpus !== undefined && { [GPU]: String(gpus) }) };
  return {
    capacity: {
      cpu: String(vm.cpu),
      memory: `${memoryKi}Ki`,
      'ephemeral-storage': `${vm.osDiskSizeGiB * KI_PER_GI}Ki`,
      ...common,
    },
    allocatable: {
      cpu: `${vm.cpu * 1000 - RESERVED_CPU_M}m`,
      memory: `${Math.max(Math.floor(memoryKi / 2), memoryKi - RESERVED_MEMORY_KI)}Ki`,
      'ephemeral-storage': String(Math.floor(vm.osDiskSizeGiB * 0.9) * KI_PER_GI * 1024),
      ...common,
    },
  };
}

function nodeInfo(vm: Vm): Readonly<Record<string, string>> {
  return {
    machineID: vm.name,
    systemUUID: vm.name,
    bootID: vm.createdAt,
    kernelVersion: '6.8.0-azure',
    osImage: 'simulated by the kaito node agent',
    containerRuntimeVersion: 'kaito-process://1.0.0',
    kubeletVersion: KUBELET_VERSION,
    kubeProxyVersion: '',
    operatingSystem: 'linux',
    architecture: 'amd64',
  };
}

/** Heartbeats move each time; transition times with the status alone. */
function conditions(before: readonly NodeCondition[], stage: NodeStage, nowMs: number): readonly NodeCondition[] {
  const own: readonly NodeCondition[] = [
    healthy('MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    healthy('DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    healthy('PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    stage.isReady
      ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
      : {
          type: 'Ready',
          status: 'False',
          reason: 'KubeletNotReady',
          message: 'container runtime network not ready: the simulated machine is still booting',
        },
  ];
  const foreign = before.filter(({ type }) => own.every((condition) => condition.type !== type));
  const now = timestamp(nowMs);
  return [
    ...foreign,
    ...own.map((next) => {
      const current = before.find(({ type }) => type === next.type);
      const isSame = current?.status === next.status && typeof current.lastTransitionTime === 'string';
      return { ...next, lastHeartbeatTime: now, lastTransitionTime: isSame ? current.lastTransitionTime : now };
    }),
  ];
}

function healthy(type: string, reason: string, message: string): NodeCondition {
  return { type, status: 'False', reason, message };
}

export interface NodeTarget {
  readonly stage: NodeStage;
  readonly endpoint: KubeletEndpoint;
}

export interface BeatTime {
  readonly nowMs: number;
  readonly heartbeatEveryMs: number;
}

/** The body of a status patch that brings the Node to this stage; undefined when it shows all of it already. */
export function statusPatch(
  node: AgentNode,
  vm: Vm,
  target: NodeTarget,
  time: BeatTime,
): Record<string, unknown> | undefined {
  if (isBeating(node, time) && isShown(node, resources(vm, target.stage), target)) {
    return undefined;
  }
  return {
    status: {
      ...resources(vm, target.stage),
      conditions: conditions(node.status.conditions, target.stage, time.nowMs),
      addresses: addresses(vm, target.endpoint),
      daemonEndpoints: { kubeletEndpoint: { Port: target.endpoint.port } },
    },
  };
}

/** The same for a Node that somebody else made: Ready, with our endpoint; what it can hold is left as it is. */
export function adoptedStatusPatch(
  node: AgentNode,
  endpoint: KubeletEndpoint,
  time: BeatTime,
): Record<string, unknown> | undefined {
  const stage = { isReady: true };
  if (isBeating(node, time) && isAlive(node, { stage, endpoint })) {
    return undefined;
  }
  return {
    status: {
      conditions: conditions(node.status.conditions, stage, time.nowMs),
      addresses: addresses(node.metadata, endpoint),
      daemonEndpoints: { kubeletEndpoint: { Port: endpoint.port } },
    },
  };
}

function isBeating(node: AgentNode, { nowMs, heartbeatEveryMs }: BeatTime): boolean {
  return nowMs - lastBeatMs(node) < heartbeatEveryMs;
}

function addresses(
  { name }: { readonly name: string },
  { address }: KubeletEndpoint,
): AgentNode['status']['addresses'] {
  return [
    { type: 'InternalIP', address },
    { type: 'Hostname', address: name },
  ];
}

function lastBeatMs({ status }: AgentNode): number {
  return timestampMs(status.conditions.find(({ type }) => type === 'Ready')?.lastHeartbeatTime ?? '') ?? 0;
}

function isShown(
  node: AgentNode,
  { capacity, allocatable }: Pick<AgentNode['status'], 'capacity' | 'allocatable'>,
  target: NodeTarget,
): boolean {
  const { status } = node;
  return (
    isAlive(node, target) && status.capacity[GPU] === capacity[GPU] && status.allocatable[GPU] === allocatable[GPU]
  );
}

function isAlive({ status }: AgentNode, { stage, endpoint }: NodeTarget): boolean {
  const ready = status.conditions.find(({ type }) => type === 'Ready')?.status;
  const address = status.addresses.find(({ type }) => type === 'InternalIP')?.address;
  return (
    ready === (stage.isReady ? 'True' : 'False') &&
    status.daemonEndpoints?.kubeletEndpoint?.Port === endpoint.port &&
    address === endpoint.address
  );
}

/** The taints without those of a booting machine; undefined when there are none of these. */
export function withoutBootTaints(taints: readonly Taint[]): readonly Taint[] | undefined {
  const left = taints.filter(
    ({ key, effect }) => !BOOT_TAINTS.some((boot) => boot.key === key && boot.effect === effect),
  );
  return left.length === taints.length ? undefined : left;
}
