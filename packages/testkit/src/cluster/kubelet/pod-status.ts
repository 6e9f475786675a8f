import type { KubernetesObject } from '@kaito/controller-runtime';

import { withConditions } from '../conditions.ts';
import type { ConditionPatch } from '../conditions.ts';
import { needsOf } from '../pod-spec.ts';
import { conditionsOf } from '../reading.ts';
import type { Ending } from './pod-fate.ts';

/** What all containers of a pod look like: the model has them fare alike. */
export interface PodLook {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  readonly state:
    | { readonly kind: 'Waiting'; readonly reason: string; readonly message?: string }
    | { readonly kind: 'Running' }
    | { readonly kind: 'Terminated'; readonly ending: Ending };
  readonly isReady?: boolean;
  readonly restarts?: number;
  readonly last?: Ending;
}

/** What the kubelet writes of a pod. */
export function podStatus(pod: KubernetesObject, look: PodLook, now: string): Readonly<Record<string, unknown>> {
  const { isReady = false, last, phase, restarts = 0 } = look;
  const containerStatuses = needsOf(pod).containers.map(({ image, name }) => ({
    name,
    image,
    imageID: '',
    ready: isReady,
    started: look.state.kind === 'Running',
    restartCount: restarts,
    state: stateOf(look.state, now),
    ...(last !== undefined && { lastState: { terminated: { ...last, finishedAt: now } } }),
  }));
  return {
    phase,
    startTime: pod.metadata.creationTimestamp,
    conditions: withConditions(conditionsOf(pod), conditions(look), now),
    containerStatuses,
  };
}

function stateOf(state: PodLook['state'], now: string): unknown {
  switch (state.kind) {
    case 'Waiting': {
      const { message, reason } = state;
      return { waiting: { reason, ...(message !== undefined && { message }) } };
    }
    case 'Running':
      return { running: { startedAt: now } };
    case 'Terminated':
      return { terminated: { ...state.ending, finishedAt: now } };
    default:
      return state satisfies never;
  }
}

function conditions({ isReady = false, phase }: PodLook): readonly ConditionPatch[] {
  const why =
    phase === 'Succeeded' || phase === 'Failed'
      ? `Pod${phase === 'Failed' ? 'Failed' : 'Completed'}`
      : 'ContainersNotReady';
  const readiness = isReady ? ({ status: 'True' } as const) : ({ status: 'False', reason: why } as const);
  return [
    { type: 'Initialized', status: 'True' },
    { type: 'ContainersReady', ...readiness },
    { type: 'Ready', ...readiness },
  ];
}
