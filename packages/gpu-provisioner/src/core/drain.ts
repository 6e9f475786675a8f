import type { Pod } from '@kaito/types';

import type { RefusedEviction } from './evictions.ts';
import { msBetween, plusMs, timeOf } from './time.ts';

/** A pod on a Node that is being emptied, with what came of the last try to evict it. */
export interface DrainedPod {
  readonly pod: Pod;
  readonly refused?: RefusedEviction;
}

export interface Drain {
  readonly isDone: boolean;
  /** To be evicted now. */
  readonly evict: readonly Pod[];
  /** When a pod may be tried again, or need not be waited for any longer. Absent: a pod's change is waited for. */
  readonly againAfterMs?: number;
}

const UNSCHEDULABLE_KEY = 'node.kubernetes.io/unschedulable';
const CRITICAL: readonly string[] = ['system-cluster-critical', 'system-node-critical'];
const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';
const RETRY_BASE_MS = 100;
const RETRY_MAX_MS = 10_000;

/**
 * Decides which pods leave a Node next: first those that others do not depend on, then the critical ones. Every
 * drain follows from a deletion that somebody asked for, so `do-not-evict`, which forbids the voluntary ones, does
 * not hold it up (provisioner.md 1.1.4).
 */
export function planDrain(pods: readonly DrainedPod[], { now, stuckPodMs }: { now: Date; stuckPodMs: number }): Drain {
  const waitedFor = pods.filter(({ pod }) => mustLeave(pod) && !isStuck(pod, now, stuckPodMs));
  if (waitedFor.length === 0) {
    return { isDone: true, evict: [] };
  }
  const ordinary = waitedFor.filter(({ pod }) => !isCritical(pod));
  const group = ordinary.length > 0 ? ordinary : waitedFor;
  const leaving = group.filter(({ pod }) => pod.metadata.deletionTimestamp !== undefined);
  const staying = group.filter(({ pod }) => pod.metadata.deletionTimestamp === undefined);
  const delays = [
    ...leaving.map(({ pod }) => msBetween(now, stuckAt(pod, stuckPodMs))),
    ...staying.map(({ refused }) => (refused === undefined ? 0 : msBetween(now, retryAt(refused)))),
  ].filter((delay) => delay > 0);
  return {
    isDone: false,
    evict: staying.filter(({ refused }) => refused === undefined || retryAt(refused) <= now).map(({ pod }) => pod),
    ...(delays.length > 0 && { againAfterMs: Math.min(...delays) }),
  };
}

/** Not the ones that have ended, that the kubelet owns, or that come back to a closed Node anyway. */
function mustLeave({ metadata, spec, status }: Pod): boolean {
  const hasEnded = status.phase === 'Succeeded' || status.phase === 'Failed';
  const isOfNode = metadata.ownerReferences?.some(({ kind }) => kind === 'Node') ?? false;
  const isMirror = isOfNode || metadata.annotations?.[MIRROR_ANNOTATION] !== undefined;
  const staysOnClosedNodes = spec.tolerations?.some(toleratesUnschedulable) ?? false;
  return !hasEnded && !isMirror && !staysOnClosedNodes;
}

function toleratesUnschedulable(toleration: NonNullable<Pod['spec']['tolerations']>[number]): boolean {
  const { key = '', operator = 'Equal', value = '', effect = '' } = toleration;
  const hasKey =
    key === UNSCHEDULABLE_KEY ? operator === 'Exists' || value === '' : key === '' && operator === 'Exists';
  return hasKey && (effect === '' || effect === 'NoSchedule');
}

function isCritical({ spec }: Pod): boolean {
  return spec.priorityClassName !== undefined && CRITICAL.includes(spec.priorityClassName);
}

/** Its kubelet does not answer any more. */
function isStuck(pod: Pod, now: Date, stuckPodMs: number): boolean {
  return pod.metadata.deletionTimestamp !== undefined && stuckAt(pod, stuckPodMs) <= now;
}

/** A pod's deletionTimestamp is when its grace ends, not when it was deleted. */
function stuckAt({ metadata }: Pod, stuckPodMs: number): Date {
  return plusMs(timeOf(metadata.deletionTimestamp ?? ''), stuckPodMs);
}

function retryAt({ at, count }: RefusedEviction): Date {
  return plusMs(at, Math.min(RETRY_MAX_MS, RETRY_BASE_MS * 2 ** Math.min(count - 1, 30)));
}
