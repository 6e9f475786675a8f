import type { Taint } from '@kaito/types';
import { timestampMs } from '@kaito/types';

import type { AgentNode, KubeletEndpoint, NodeStage } from './node.ts';
import { adoptedStatusPatch, GPU, registration, statusPatch, withoutBootTaints } from './node.ts';
import type { Vm } from './vm.ts';

export type NodeAction =
  | { readonly kind: 'Register'; readonly manifest: Record<string, unknown> }
  | { readonly kind: 'PatchStatus'; readonly body: Record<string, unknown> }
  | { readonly kind: 'SetTaints'; readonly taints: readonly Taint[] }
  | { readonly kind: 'Delete'; readonly uid: string };

/** How a node's GPUs come: some time after Ready by themselves, with a device plugin's pod, or never. */
export type GpuSource = 'delay' | 'device-plugin' | 'never';

/** After scaling. */
export interface NodeDelays {
  readonly readyAfterMs: number;
  /** From Ready, or from the device plugin's start, to the GPUs. */
  readonly gpusAfterMs: number;
  readonly heartbeatEveryMs: number;
}

/** What the agent remembers of a machine. */
export interface NodeRecord {
  /** When its Node was first registered, by this agent or one before it; absent: not yet. */
  readonly registeredAtMs?: number | undefined;
  /** Since when a device plugin runs on it. */
  readonly pluginSinceMs?: number | undefined;
}

export interface ObservedNode {
  /** Undefined: the machine is gone. */
  readonly vm: Vm | undefined;
  readonly node: AgentNode | undefined;
  readonly record: NodeRecord;
  readonly nowMs: number;
  /** Somebody else made it and decides what it is: only its kubelet is here. */
  readonly isAdopted: boolean;
}

export interface NodeRules {
  readonly delays: NodeDelays;
  readonly gpuSource: GpuSource;
  readonly endpoint: KubeletEndpoint;
  /** Register a Node again that somebody deleted while its machine lives. */
  readonly isReRegistered: boolean;
}

export interface NodePlan {
  readonly actions: readonly NodeAction[];
  readonly requeueAfterMs?: number | undefined;
}

const NOTHING: NodePlan = { actions: [] };

export function nodePlan(observed: ObservedNode, rules: NodeRules): NodePlan {
  const { vm, node } = observed;
  if (observed.isAdopted) {
    return node === undefined ? NOTHING : keepAdopted(node, observed, rules);
  }
  if (vm === undefined) {
    return node === undefined ? NOTHING : { actions: [{ kind: 'Delete', uid: node.metadata.uid }] };
  }
  if (vm.state !== 'Running') {
    return NOTHING; // a machine that does not run has no kubelet that could say anything
  }
  if (node === undefined) {
    return register(vm, observed, rules);
  }
  if (isOfEarlierMachine(node, vm)) {
    return { actions: [{ kind: 'Delete', uid: node.metadata.uid }] };
  }
  return node.metadata.deletionTimestamp === undefined ? keepUp(vm, node, observed, rules) : NOTHING;
}

function register(vm: Vm, { record, nowMs }: ObservedNode, { endpoint, isReRegistered }: NodeRules): NodePlan {
  return record.registeredAtMs !== undefined && !isReRegistered
    ? NOTHING
    : { actions: [{ kind: 'Register', manifest: registration(vm, endpoint, nowMs) }] };
}

/** Names come back: a pool that is made anew has machines of the same names. */
export function isOfEarlierMachine(node: AgentNode, vm: Vm): boolean {
  const nodeMs = timestampMs(node.metadata.creationTimestamp) ?? 0;
  const vmMs = timestampMs(vm.createdAt) ?? 0;
  return nodeMs < Math.floor(vmMs / 1000) * 1000;
}

function keepUp(vm: Vm, node: AgentNode, observed: ObservedNode, rules: NodeRules): NodePlan {
  const { nowMs } = observed;
  const { stage, nextAtMs } = stageOf(vm, node, observed, rules);
  const { delays, endpoint } = rules;
  const body = statusPatch(node, vm, { stage, endpoint }, { nowMs, heartbeatEveryMs: delays.heartbeatEveryMs });
  const taints = stage.isReady ? withoutBootTaints(node.spec.taints) : undefined;
  if (body !== undefined) {
    return { actions: [{ kind: 'PatchStatus', body }], requeueAfterMs: 0 }; // the taints go when Ready can be seen
  }
  return {
    actions: taints === undefined ? [] : [{ kind: 'SetTaints', taints }],
    requeueAfterMs: Math.min(nextAtMs ?? Infinity, nowMs + delays.heartbeatEveryMs) - nowMs,
  };
}

function keepAdopted(node: AgentNode, { nowMs }: ObservedNode, { delays, endpoint }: NodeRules): NodePlan {
  const { heartbeatEveryMs } = delays;
  const body = adoptedStatusPatch(node, endpoint, { nowMs, heartbeatEveryMs });
  return { actions: body === undefined ? [] : [{ kind: 'PatchStatus', body }], requeueAfterMs: heartbeatEveryMs };
}

/** How far the machine has come, and when it comes further. */
function stageOf(
  vm: Vm,
  node: AgentNode,
  { record, nowMs }: ObservedNode,
  { delays, gpuSource }: NodeRules,
): { readonly stage: NodeStage; readonly nextAtMs?: number | undefined } {
  const readyAtMs = timestampMs(vm.nodeReadyAt ?? '') ?? (record.registeredAtMs ?? nowMs) + delays.readyAfterMs;
  if (nowMs < readyAtMs) {
    return { stage: { isReady: false }, nextAtMs: readyAtMs };
  }
  const sinceMs = { delay: readyAtMs, 'device-plugin': record.pluginSinceMs, never: undefined }[gpuSource];
  const gpusAtMs = vm.gpuCount === 0 || sinceMs === undefined ? undefined : sinceMs + delays.gpusAfterMs;
  if (gpusAtMs !== undefined && nowMs >= gpusAtMs) {
    return { stage: { isReady: true, gpus: vm.gpuCount } };
  }
  // Once seen, GPUs whose plugin is gone are still part of the Node, as none.
  return { stage: { isReady: true, gpus: GPU in node.status.capacity ? 0 : undefined }, nextAtMs: gpusAtMs };
}
