import { describe, expect, it } from '@jest/globals';

import {
  aDeployment,
  aFailedMachine,
  aMachine,
  aNode,
  aReadyMachine,
  aService,
  aWorkspace,
  FIRST_CLAIM,
  inferenceOf,
  ROLLED_OUT,
} from '../../../test/builders.ts';
import { noticesOf, statusOf, tellingsOf } from '../../../test/told.ts';
import type { Row } from '../../../test/told.ts';

const leaving = { deletionTimestamp: '2026-01-01T12:00:00Z' };
const ready = { claims: [aReadyMachine(FIRST_CLAIM, 'a')], nodes: [aNode('a')], service: aService() };

describe('the conditions of a Workspace that cannot run', () => {
  it.each<Row>([
    [
      'begin with the field',
      { workspace: aWorkspace({ resource: { count: 0 } }) },
      ['WorkspaceReady', 'False', 'workspaceFailed', 'resource.count: must be at least 1, is 0'],
      ['WorkspaceSucceeded', 'False', 'workspaceFailed', 'resource.count: must be at least 1, is 0'],
    ],
    [
      'say which image cannot exist, and that no node is bought',
      {
        workspace: aWorkspace({
          inference: { preset: { name: 'llama-2-7b', accessMode: 'private', presetOptions: { image: 'A:1' } } },
        }),
      },
      [
        'InferenceReady',
        'False',
        'InvalidImageName',
        'inference.preset.presetOptions.image: "A:1" is not an image reference: name the image that you pushed, as registry/repository:tag in lower case',
      ],
      ['ResourceReady', 'False', 'workspaceResourceStatusNotReady'],
      ['WorkspaceReady', 'False', 'workspaceFailed'],
    ],
    [
      'are about the job when it is tuning',
      {
        workspace: aWorkspace({
          tuning: {
            preset: { name: 'phi-2' },
            method: 'lora',
            input: { urls: [] },
            output: { image: 'me/a:1', imagePushSecret: 'push' },
          },
        }),
      },
      [
        'JobStarted',
        'False',
        'FeatureNotAvailable',
        'tuning: this release does not run tuning jobs yet: no node is bought for it',
      ],
      ['WorkspaceReady', 'False', 'workspaceFailed'],
    ],
  ])('%s', (_, world, ...conditions) => {
    expect(tellingsOf(world, conditions)).toEqual(conditions);
  });
});

describe('the rest of the status', () => {
  it('names the nodes in order, what is wanted, and the state', () => {
    const workspace = aWorkspace({ resource: { count: 2 } });
    const nodes = [aNode('b', { own: false }), aNode('a', { own: false })];
    expect(statusOf({ workspace, nodes })).toMatchObject({
      workerNodes: ['a', 'b'],
      targetNodeCount: 2,
      state: 'Pending',
    });
  });

  it('calls not ready what was ready before', () => {
    expect(statusOf({ ...ready, deployment: aDeployment({ status: ROLLED_OUT }) })?.state).toBe('Ready');
    for (const state of ['Ready', 'NotReady']) {
      expect(statusOf({ ...ready, workspace: aWorkspace({ status: { state } }) })?.state).toBe('NotReady');
    }
  });

  it('keeps its own conditions of other moments, and those of others as they are', () => {
    const other = {
      type: 'BenchmarkCompleted',
      status: 'True',
      reason: 'x',
      message: '',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    };
    const own = { ...other, type: 'JobStarted' };
    const conditions = statusOf({ workspace: aWorkspace({ status: { conditions: [other, own] } }) })?.conditions;
    expect(conditions?.at(-1)).toEqual(other);
    expect(conditions?.map(({ type }) => type)).toEqual([
      'InferenceReady',
      'JobStarted',
      'MachineReady',
      'ResourceReady',
      'WorkspaceReady',
      'WorkspaceSucceeded',
      'BenchmarkCompleted',
    ]);
  });

  it('says what a Workspace on its way out waits for, and keeps what was recorded', () => {
    const status = statusOf({
      workspace: aWorkspace({ metadata: leaving, status: { workerNodes: ['a'], state: 'Ready', targetNodeCount: 1 } }),
      claims: [aMachine('ws1', { metadata: leaving })],
    });
    const message = 'workspace is being deleted: waiting for the provisioner to remove machine ws1';
    expect(status).toMatchObject({ workerNodes: ['a'], state: 'Ready', targetNodeCount: 1 });
    expect(status?.conditions).toMatchObject([
      { type: 'WorkspaceDeleting', status: 'True', reason: 'workspaceDeleted', message },
      { type: 'WorkspaceReady', status: 'False', reason: 'workspaceDeleted', message },
      { type: 'WorkspaceSucceeded', status: 'False', reason: 'workspaceDeleted', message },
    ]);
  });

  it('carries the generation it was computed from', () => {
    const status = statusOf({ workspace: aWorkspace({ metadata: { generation: 7 } }) });
    expect(new Set(status?.conditions?.map(({ observedGeneration }) => observedGeneration))).toEqual(new Set([7]));
  });

  it('warns when it fails or fails otherwise, and not when it merely waits', () => {
    expect(noticesOf({ claims: [aMachine(FIRST_CLAIM)] })).toEqual([]);
    expect(noticesOf({ claims: [aFailedMachine(FIRST_CLAIM, 'x')] })).toEqual(['WorkspaceFailed']);
    const told = aWorkspace({ status: statusOf({ claims: [aFailedMachine(FIRST_CLAIM, 'x')] }) });
    expect(noticesOf({ workspace: told, claims: [aFailedMachine(FIRST_CLAIM, 'x')] })).toEqual([]);
    expect(noticesOf({ workspace: told, claims: [aFailedMachine(FIRST_CLAIM, 'y')] })).toEqual(['WorkspaceFailed']);
    expect(noticesOf({ workspace: aWorkspace({ inference: inferenceOf('x') }) })).toEqual(['WorkspaceFailed']);
  });
});
