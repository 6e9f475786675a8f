import { annotations, taints } from '@kaito/types';
import type { Pod, Taint } from '@kaito/types';

import type { ClaimApi } from '../claim/claim.ts';
import { msBetween, plusMs, timeOf } from '../time.ts';
import type { PodMemory } from './evictions.ts';

/** A pod on a Node that is being emptied, with what came of the last try to make it go. */
export interface DrainedPod extends PodMemory {
  readonly pod: Pod;
}

/** The cache shows by then what became of a pod that was told to go. */
const CACHE_MS = 10_000;

type Toleration = NonNullable<Pod['spec']['tolerations']>[number];

const CRITICAL: readonly string[] = ['system-cluster-critical', 'system-node-critical'];
const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';

/** Kubernetes' default for pods that do not say. */
const DEFAULT_GRACE_SECONDS = 30;

/** What closes a Node that is being emptied: pods that tolerate it would come back, so they may stay. */
const CLOSING_TAINT: Readonly<Record<ClaimApi, Taint>> = {
  Machine: { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
  NodeClaim: taints.disrupted,
};

/** Not the ones that have ended, that the kubelet owns, or that come back to a closed Node anyway. */
export function mustLeave({ metadata, spec, status }: Pod, api: ClaimApi): boolean {
  const hasEnded = status.phase === 'Succeeded' || status.phase === 'Failed';
  const isMirror = isOwnedBy(metadata, 'Node') || metadata.annotations?.[MIRROR_ANNOTATION] !== undefined;
  const staysOnClosedNodes = spec.tolerations?.some((one) => tolerates(one, CLOSING_TAINT[api])) ?? false;
  return !hasEnded && !isMirror && !staysOnClosedNodes;
}

/** In which group it leaves, the lowest first: what others depend on goes last (provisioner.md 1.1.4 and 1.2.3). */
export function drainGroup({ metadata, spec }: Pod, api: ClaimApi): number {
  const isCritical = spec.priorityClassName !== undefined && CRITICAL.includes(spec.priorityClassName);
  const isDaemon = api === 'NodeClaim' && isOwnedBy(metadata, 'DaemonSet');
  return (isCritical ? 2 : 0) + (isDaemon ? 1 : 0);
}

/**
 * Whether it asked never to be evicted, which NodeClaims heed up to their deadline. In the era of Machines
 * `do-not-evict` forbade the voluntary evictions alone, and a drain follows from a deletion that somebody asked for.
 */
export function isProtected({ metadata }: Pod, api: ClaimApi): boolean {
  return api === 'NodeClaim' && metadata.annotations?.[annotations.doNotDisrupt] === 'true';
}

/** Whether it was told to go a moment ago, so that there is no use in telling it again. */
export function wasJustTold({ pod, told }: DrainedPod, now: Date): boolean {
  const isFresh = told !== undefined && msBetween(told.at, now) < CACHE_MS;
  return isFresh && (told.how === 'Deleted' || !isLeaving(pod));
}

export function isLeaving({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** From when on its kubelet does not answer any more: its deletionTimestamp is when its grace ends. */
export function stuckAt({ metadata }: Pod, stuckPodMs: number): Date {
  return plusMs(timeOf(metadata.deletionTimestamp ?? ''), stuckPodMs);
}

/** How long it may take to end, once it was told to. */
export function graceMs({ spec }: Pod): number {
  return (spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS) * 1000;
}

/** As people and kubectl write it. */
export function podName({ metadata: { name, namespace = 'default' } }: Pod): string {
  return `${namespace}/${name}`;
}

function tolerates(toleration: Toleration, taint: Taint): boolean {
  const { effect = '' } = toleration;
  return isOfKey(toleration, taint) && (effect === '' || effect === taint.effect);
}

function isOfKey({ key = '', operator = 'Equal', value = '' }: Toleration, taint: Taint): boolean {
  return operator === 'Exists' ? key === '' || key === taint.key : key === taint.key && value === (taint.value ?? '');
}

function isOwnedBy({ ownerReferences = [] }: Pod['metadata'], kind: string): boolean {
  return ownerReferences.some((owner) => owner.kind === kind);
}
