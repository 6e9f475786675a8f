import { describe, expect, it } from '@jest/globals';

import { aClaim, aNode, aRegisteredNode, NOW, PROVIDER_ID, secondsAgo } from '../../../test/builders.ts';
import { launching, registered, withoutNode } from '../progress.ts';
import type { Progress } from '../progress.ts';
import { claimStatus } from './claim-status.ts';
import type { ClaimStatus } from './claim.ts';

const waiting = launching({ reason: 'Launching', message: 'waiting for the Node' });

describe('the status of a Machine', () => {
  it('tells each stage, and the one that holds all up in Ready', () => {
    expect(machineStatus({}, waiting, NOW)).toEqual({
      conditions: [
        {
          type: 'MachineInitialized',
          status: 'False',
          reason: 'MachineNotLaunched',
          message: 'waiting for the launch',
          lastTransitionTime: '2026-01-01T01:00:00Z',
        },
        {
          type: 'MachineLaunched',
          status: 'False',
          reason: 'Launching',
          message: 'waiting for the Node',
          lastTransitionTime: '2026-01-01T01:00:00Z',
        },
        {
          type: 'MachineRegistered',
          status: 'False',
          reason: 'MachineNotLaunched',
          message: 'waiting for the launch',
          lastTransitionTime: '2026-01-01T01:00:00Z',
        },
        {
          type: 'Ready',
          status: 'False',
          reason: 'Launching',
          message: 'waiting for the Node',
          lastTransitionTime: '2026-01-01T01:00:00Z',
        },
      ],
    });
  });

  it('is undefined when it is told already, whatever the order of members', () => {
    const told = machineStatus({}, waiting, secondsAgo(60)) ?? {};
    expect(machineStatus(told, waiting, NOW)).toBeUndefined();
    const shuffled = told.conditions?.map(({ message, type, status, reason, lastTransitionTime }) => ({
      message,
      lastTransitionTime,
      status,
      reason,
      type,
    }));
    expect(machineStatus({ conditions: shuffled }, waiting, NOW)).toBeUndefined();
  });

  it('moves the time of a condition only with its status', () => {
    const told = machineStatus({}, waiting, secondsAgo(60)) ?? {};
    const failed = launching({ reason: 'LaunchFailed', message: 'no quota' });
    const next = machineStatus(told, failed, NOW);
    expect(next?.conditions?.map(({ lastTransitionTime }) => lastTransitionTime)).toEqual(
      Array.from({ length: 4 }, () => '2026-01-01T00:59:00Z'),
    );
    const ready = machineStatus(told, registered(aClaim(), aRegisteredNode(), PROVIDER_ID), NOW);
    expect(ready?.conditions?.map(({ lastTransitionTime, status }) => [status, lastTransitionTime])).toEqual(
      Array.from({ length: 4 }, () => ['True', '2026-01-01T01:00:00Z']),
    );
  });

  it('lets the failing condition speak that changed last', () => {
    const told = machineStatus({}, registered(aClaim(), aRegisteredNode(), PROVIDER_ID), secondsAgo(60)) ?? {};
    const some = told.conditions?.map((condition) =>
      condition.type === 'MachineLaunched' ? { ...condition, status: 'False', reason: 'Old', message: '' } : condition,
    );
    const many = withoutNode(PROVIDER_ID, { reason: 'MultipleNodesFound', message: 'two' });
    const next = machineStatus(
      { ...told, conditions: some },
      { ...many, launched: { reason: 'Old', message: '' } },
      NOW,
    );
    expect(next?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ reason: 'MultipleNodesFound' });
  });

  it('takes capacity from the Node, and keeps the provider ID that it has', () => {
    const progress = registered(aClaim(), aRegisteredNode(), PROVIDER_ID);
    expect(machineStatus({ providerID: 'first' }, progress, NOW)).toMatchObject({
      providerID: 'first',
      nodeName: 'aks-ws012345678-vmss000000',
      capacity: { cpu: '24' },
      allocatable: { cpu: '23' },
    });
  });

  it('keeps conditions of others', () => {
    const drifted = { type: 'MachineDrifted', status: 'True', severity: 'Info' };
    expect(machineStatus({ conditions: [drifted] }, waiting, NOW)?.conditions).toContainEqual(drifted);
  });

  it('is not Ready while the Node is not', () => {
    const node = aNode({ status: { conditions: [] } });
    const next = machineStatus({}, registered(aClaim(), node, PROVIDER_ID), NOW);
    expect(next?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'NodeNotReady',
    });
  });
});

function machineStatus(status: ClaimStatus, progress: Progress, now: Date): ClaimStatus | undefined {
  return claimStatus({ ...aClaim(), status }, progress, now);
}
