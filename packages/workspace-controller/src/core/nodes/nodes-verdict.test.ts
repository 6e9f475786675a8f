import { describe, expect, it } from '@jest/globals';

import {
  aFailedMachine,
  aMachine,
  aNode,
  aReadyMachine,
  aService,
  aWorkspace,
  FIRST_CLAIM,
} from '../../../test/builders.ts';
import { tellingsOf } from '../../../test/told.ts';
import type { Row } from '../../../test/told.ts';
import type { Observed } from '../observed.ts';

const UNAVAILABLE = 'all requested instance types were unavailable during launch';
const leaving = { deletionTimestamp: '2026-01-01T12:00:00Z' };
const ready = { claims: [aReadyMachine(FIRST_CLAIM, 'a')], nodes: [aNode('a')], service: aService() };

describe('the conditions about nodes', () => {
  it.each<Row>([
    [
      'are unknown while a machine is being made',
      {},
      [
        'MachineReady',
        'Unknown',
        'CreateMachinePending',
        `creating 1 machines: waiting for the provisioner to bring up ${FIRST_CLAIM} (Standard_NC6s_v3)`,
      ],
      ['ResourceReady', 'False', 'workspaceResourceStatusNotReady'],
      [
        'WorkspaceReady',
        'False',
        'workspacePending',
        `creating 1 machines: waiting for the provisioner to bring up ${FIRST_CLAIM} (Standard_NC6s_v3)`,
      ],
      ['WorkspaceSucceeded', 'False', 'workspacePending'],
    ],
    [
      'stay the same while the machine makes progress',
      {
        claims: [
          aMachine(FIRST_CLAIM, {
            status: { conditions: [{ type: 'MachineLaunched', status: 'False', reason: 'Launching' }] },
          }),
        ],
      },
      [
        'MachineReady',
        'Unknown',
        'CreateMachinePending',
        `creating 1 machines: waiting for the provisioner to bring up ${FIRST_CLAIM} (Standard_NC6s_v3)`,
      ],
    ],
    [
      'repeat the sentence of a launch without capacity letter by letter',
      { claims: [aFailedMachine(FIRST_CLAIM, `${UNAVAILABLE} (attempt 2)`)] },
      ['MachineReady', 'False', 'machineFailedCreation', UNAVAILABLE],
      ['ResourceReady', 'False', 'workspaceResourceStatusFailed', UNAVAILABLE],
      ['WorkspaceReady', 'False', 'workspaceFailed', UNAVAILABLE],
      ['WorkspaceSucceeded', 'False', 'workspaceFailed', UNAVAILABLE],
    ],
    [
      'add the reason that the provisioner left on the machine',
      {
        claims: [
          {
            ...aFailedMachine(FIRST_CLAIM, UNAVAILABLE),
            metadata: aMachine(FIRST_CLAIM, {
              metadata: { annotations: { 'kaito.sh/launch-failure': 'no quota left' } },
            }).metadata,
          },
        ],
      },
      ['MachineReady', 'False', 'machineFailedCreation', `${UNAVAILABLE}: no quota left`],
    ],
    [
      'repeat what else the provisioner says',
      { claims: [aFailedMachine(FIRST_CLAIM, 'quota of 0 cores')] },
      ['MachineReady', 'False', 'machineFailedCreation', `machine ${FIRST_CLAIM}: LaunchFailed: quota of 0 cores`],
    ],
    [
      'name the time of the next attempt',
      { workspace: withAttempts({ lastFailure: UNAVAILABLE }) },
      ['MachineReady', 'False', 'machineFailedCreation', `${UNAVAILABLE}; the next attempt is at 2026-01-01T12:02:00Z`],
    ],
    [
      'say so when a machine vanished without a word',
      { workspace: withAttempts({}) },
      [
        'MachineReady',
        'False',
        'machineFailedCreation',
        'the last machine vanished before it was ready; the next attempt is at 2026-01-01T12:02:00Z',
      ],
    ],
    [
      'remember the failure while the next machine is being made',
      { workspace: withAttempts({ lastFailure: UNAVAILABLE }), claims: [aMachine(FIRST_CLAIM)] },
      [
        'MachineReady',
        'Unknown',
        'CreateMachinePending',
        `creating 1 machines: waiting for the provisioner to bring up ${FIRST_CLAIM} (Standard_NC6s_v3); the attempt before failed: ${UNAVAILABLE}`,
      ],
    ],
    [
      'wait for a machine that is leaving before another is made',
      { claims: [aMachine(FIRST_CLAIM, { metadata: leaving })] },
      [
        'MachineReady',
        'Unknown',
        'CreateMachinePending',
        `creating 1 machines: waiting for machine ${FIRST_CLAIM} to be gone before another is made`,
      ],
    ],
    [
      'report a machine that is overdue, and at what it is',
      {
        claims: [
          aMachine(FIRST_CLAIM, {
            metadata: { creationTimestamp: '2026-01-01T11:45:00Z' },
            status: {
              conditions: [
                { type: 'MachineLaunched', status: 'True' },
                { type: 'MachineRegistered', status: 'False', reason: 'NodeNotFound', message: 'no node yet' },
              ],
            },
          }),
        ],
      },
      [
        'MachineReady',
        'False',
        'checkMachineStatusFailed',
        `check machine status timed out. machine ${FIRST_CLAIM} is not ready: MachineRegistered is not true: NodeNotFound: no node yet; look at its events and at its provisioner`,
      ],
    ],
    [
      'report one that nobody has taken up',
      { claims: [aMachine(FIRST_CLAIM, { metadata: { creationTimestamp: '2026-01-01T11:00:00Z' } })] },
      [
        'MachineReady',
        'False',
        'checkMachineStatusFailed',
        `check machine status timed out. machine ${FIRST_CLAIM} is not ready: MachineLaunched is not reported yet; look at its events and at its provisioner`,
      ],
    ],
    [
      'wait for the device plugin',
      { claims: [aReadyMachine(FIRST_CLAIM, 'a')], nodes: [aNode('a', { gpus: 0 })] },
      [
        'MachineReady',
        'False',
        'NodePluginsNotReady',
        'waiting for nvidia.com/gpu on node a: is the device plugin running?',
      ],
    ],
    [
      'say what is wrong with the node of a ready machine',
      { claims: [aReadyMachine(FIRST_CLAIM, 'a')], nodes: [aNode('a', { labels: { apps: 'x' } })] },
      [
        'MachineReady',
        'False',
        'NodeNotReady',
        `machine ${FIRST_CLAIM} is ready, but its node a lacks the label apps=phi-3`,
      ],
    ],
    [
      'say whose node it became',
      { claims: [aReadyMachine(FIRST_CLAIM, 'a')], nodes: [aNode('a', { labels: { 'kaito.sh/workspace': 'x' } })] },
      [
        'MachineReady',
        'False',
        'NodeNotReady',
        `machine ${FIRST_CLAIM} is ready, but its node a belongs to workspace x`,
      ],
    ],
    [
      'wait for a ready machine whose node is not seen yet',
      { claims: [aReadyMachine(FIRST_CLAIM, 'a')] },
      ['MachineReady', 'Unknown', 'CreateMachinePending'],
    ],
    [
      'wait for a serving node to come back',
      {
        workspace: aWorkspace({ status: { workerNodes: ['byo'] } }),
        nodes: [aNode('byo', { own: false, isReady: false })],
      },
      [
        'MachineReady',
        'False',
        'NodeNotReady',
        'waiting for node byo to be ready again; deleting it lets another be bought',
      ],
    ],
    [
      'are true when the nodes are there with their GPUs',
      ready,
      ['MachineReady', 'True', 'installNodePluginsSuccess', 'machines plugins have been installed successfully'],
      ['ResourceReady', 'True', 'workspaceResourceStatusSuccess', 'workspace resource is ready'],
    ],
  ])('%s', (_, world, ...conditions) => {
    expect(tellingsOf(world, conditions)).toEqual(conditions);
  });
});

function withAttempts(more: object): Observed['workspace'] {
  const time = '2026-01-01T11:59:00Z';
  const attempts = { windowStart: time, count: 1, times: [time], nextAttempt: '2026-01-01T12:02:00Z', ...more };
  return aWorkspace({ status: { attempts } });
}
