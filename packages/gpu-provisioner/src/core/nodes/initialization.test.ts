import { describe, expect, it } from '@jest/globals';

import { aClaim, aNode } from '../../../test/builders.ts';
import { initializationBlocker } from './initialization.ts';

const boot = { key: 'boot', value: 'x', effect: 'NoSchedule' };
const claim = aClaim({
  spec: { startupTaints: [boot], resources: { requests: { storage: '1Ti', 'nvidia.com/gpu': 1, memory: 0 } } },
});
const gpu = { allocatable: { 'nvidia.com/gpu': '1' } };

describe('initializationBlocker', () => {
  it('is nothing once the Node offers all that was asked for', () => {
    expect(initializationBlocker(claim, aNode({ status: gpu }))).toBeUndefined();
  });

  it.each([
    ['NodeNotReady', 'Node', { status: { ...gpu, conditions: [{ type: 'Ready', status: 'Unknown' }] } }],
    ['NodeNotReady', 'Node', { status: { ...gpu, conditions: [] } }],
    ['StartupTaintsExist', 'boot=y:NoSchedule', { status: gpu, spec: { taints: [{ ...boot, value: 'y' }] } }],
    [
      'KnownEphemeralTaintsExist',
      'node.cloudprovider.kubernetes.io/uninitialized',
      {
        status: gpu,
        spec: {
          taints: [{ key: 'node.cloudprovider.kubernetes.io/uninitialized', value: 'true', effect: 'NoSchedule' }],
        },
      },
    ],
    [
      'KnownEphemeralTaintsExist',
      'node.kubernetes.io/not-ready:NoSchedule',
      { status: gpu, spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] } },
    ],
    ['ResourceNotRegistered', 'nvidia.com/gpu', {}],
    ['ResourceNotRegistered', 'nvidia.com/gpu', { status: { allocatable: { 'nvidia.com/gpu': '0' } } }],
  ])('is %s, naming %s', (reason, named, parts) => {
    const blocker = initializationBlocker(claim, aNode(parts));
    expect(blocker?.reason).toBe(reason);
    expect(blocker?.message).toContain(reason === 'StartupTaintsExist' ? 'boot' : named);
  });

  it('is not a taint that only resembles one', () => {
    const taints = [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }];
    expect(initializationBlocker(claim, aNode({ status: gpu, spec: { taints } }))).toBeUndefined();
  });
});
