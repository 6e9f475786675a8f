import { describe, expect, it } from '@jest/globals';

import { aPod } from '../../../test/builders.ts';
import { podFailure, schedulingFailure } from './pod-failure.ts';

const status = (more: object): object => ({ name: 'llm', ready: false, restartCount: 1, ...more });
const ended = (end: object): object => ({ terminated: { exitCode: 1, ...end } });

describe('podFailure', () => {
  it.each([
    ['ErrImagePull', 'ImagePullError', 'check the image and its pull secrets'],
    ['InvalidImageName', 'InvalidImageName', 'put the right image there'],
    ['CreateContainerConfigError', 'ContainerStartError', 'check the ConfigMaps, Secrets and the command it names'],
  ])('turns %s into %s', (said, reason, remedy) => {
    const pod = aPod({ initContainerStatuses: [status({ state: { waiting: { reason: said } } })] });
    expect(podFailure([pod])).toEqual({
      status: 'False',
      reason,
      message: `container llm of pod llm-abc cannot start: ${said}; ${remedy}`,
      isFailure: true,
    });
  });

  it('says the same of a crashing container whatever phase of the loop it is in', () => {
    const crashed = ended({ exitCode: 2, message: 'no such file' });
    const phases = [
      status({ state: crashed }),
      status({ state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: crashed }),
      status({ state: { running: {} }, lastState: crashed, restartCount: 9 }),
    ];
    const verdicts = phases.map((phase) => podFailure([aPod({ containerStatuses: [phase] })]));
    expect(new Set(verdicts.map((verdict) => verdict?.message))).toEqual(
      new Set(['container llm of pod llm-abc ended with exit code 2: no such file; see kubectl logs --previous']),
    );
    expect(verdicts[0]?.reason).toBe('ContainerCrashLoopBackOff');
  });

  it('tells a lack of memory from other ends', () => {
    const pod = aPod({ containerStatuses: [status({ lastState: ended({ exitCode: 137, reason: 'OOMKilled' }) })] });
    expect(podFailure([pod])).toMatchObject({ reason: 'ContainerOOMKilled' });
  });

  it('has nothing against what starts, has ended well, is ready or is leaving', () => {
    const pods = [
      aPod({}),
      aPod({ containerStatuses: [status({ state: { waiting: { reason: 'ContainerCreating' } } })] }),
      aPod({ containerStatuses: [status({ state: ended({ exitCode: 0 }) })] }),
      aPod({ containerStatuses: [status({ ready: true, lastState: ended({}) })] }),
      aPod({ containerStatuses: [status({ state: ended({}) })] }, { deletionTimestamp: '2026-01-01T12:00:00Z' }),
    ];
    expect(podFailure(pods)).toBeUndefined();
  });

  it('mentions an eviction only while no other pod has taken over', () => {
    const gone = aPod({ phase: 'Failed', reason: 'Evicted', message: 'low on disk' });
    expect(podFailure([gone])).toMatchObject({ reason: 'PodEvicted', message: 'pod llm-abc was evicted: low on disk' });
    expect(podFailure([gone, aPod({ phase: 'Running' })])).toBeUndefined();
    expect(podFailure([aPod({ phase: 'Failed' })])).toBeUndefined();
  });
});

describe('schedulingFailure', () => {
  it('is silent about pods that have a node', () => {
    expect(schedulingFailure([aPod({ conditions: [{ type: 'PodScheduled', status: 'True' }] })])).toBeUndefined();
  });
});
