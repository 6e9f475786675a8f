import { describe, expect, it } from '@jest/globals';
import type { Condition } from '@kaito/types';

import {
  aDeployment,
  aNode,
  aPod,
  aReadyMachine,
  aService,
  aWorkspace,
  FIRST_CLAIM,
  inferenceOf,
  observed,
  ROLLED_OUT,
  settings,
} from '../../../test/builders.ts';
import { tellingsOf } from '../../../test/told.ts';
import type { Row } from '../../../test/told.ts';
import type { Observed } from '../observed.ts';
import { plan } from '../plan.ts';

const ready = { claims: [aReadyMachine(FIRST_CLAIM, 'a')], nodes: [aNode('a')], service: aService() };

const OVER_QUOTA =
  'no pod can be made: pods "llm-1-a" is forbidden: exceeded quota: team; raise that ResourceQuota or delete what uses it';
const VIOLATION = 'pods "llm-1-a" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true';
const ELSEWHERE = 'or use a namespace whose label pod-security.kubernetes.io/enforce allows it';

describe('the conditions about the model', () => {
  it.each<Row>([
    ['wait for the nodes', {}, ['InferenceReady', 'False', 'WorkspaceInferenceStatusPending', 'waiting for the nodes']],
    [
      'wait for the server',
      {
        ...ready,
        pods: [aPod({ phase: 'Running', containerStatuses: [{ name: 'llm', ready: false, restartCount: 0 }] })],
      },
      [
        'InferenceReady',
        'False',
        'WorkspaceInferenceStatusPending',
        '0 of 1 pods are ready: waiting for the server to start and load the model',
      ],
      [
        'WorkspaceReady',
        'False',
        'workspacePending',
        '0 of 1 pods are ready: waiting for the server to start and load the model',
      ],
    ],
    [
      'are true when every pod is ready, and so is the Workspace',
      { ...ready, deployment: aDeployment({ status: ROLLED_OUT }) },
      ['InferenceReady', 'True', 'WorkspaceInferenceStatusSuccess', 'Inference has been deployed successfully'],
      ['WorkspaceReady', 'True', 'workspaceReady', 'workspace is ready'],
      ['WorkspaceSucceeded', 'True', 'workspaceSucceeded', 'workspace succeeds'],
    ],
    [
      'do not believe the status of an older Deployment',
      { ...ready, deployment: aDeployment({ metadata: { generation: 2 }, status: ROLLED_OUT }) },
      ['InferenceReady', 'False', 'WorkspaceInferenceStatusPending'],
    ],
    [
      'are not true of a Workspace whose node is gone, though its pod answers',
      { deployment: aDeployment({ status: ROLLED_OUT }) },
      ['InferenceReady', 'True', 'WorkspaceInferenceStatusSuccess'],
      ['WorkspaceReady', 'False', 'workspacePending'],
    ],
    [
      'do not believe a pod whose node is gone, though another node has taken its place',
      { ...ready, deployment: aDeployment({ status: ROLLED_OUT }), pods: [leftOn('b')], goneNodes: ['b'] },
      [
        'InferenceReady',
        'False',
        'WorkspaceInferenceStatusPending',
        'pod llm-abc was on node b, which is gone: another pod starts once the cluster has removed it',
      ],
      ['WorkspaceReady', 'False', 'workspacePending'],
    ],
    [
      'do not mind what is left of a pod that had ended before its node went',
      { ...ready, deployment: aDeployment({ status: ROLLED_OUT }), pods: [leftOn('b', 'False')], goneNodes: ['b'] },
      ['InferenceReady', 'True', 'WorkspaceInferenceStatusSuccess'],
    ],
    [
      'say whose the name is',
      {
        ...ready,
        deployment: aDeployment({ metadata: { ownerReferences: [] } }),
        service: aService({ ownerReferences: [] }),
      },
      [
        'InferenceReady',
        'False',
        'WorkspaceInferenceStatusFailed',
        'the Deployment llm and the Service llm exist already and belong to somebody else: rename them or this workspace',
      ],
    ],
    [
      'say which quota lets no pod be made',
      { ...ready, deployment: refusedDeployment('pods "llm-1-a" is forbidden: exceeded quota: team') },
      ['InferenceReady', 'False', 'WorkspaceInferenceStatusFailed', OVER_QUOTA],
      ['WorkspaceReady', 'False', 'workspaceFailed', OVER_QUOTA],
    ],
    [
      'say what the namespace forbids in a template, and what to do',
      { ...ready, workspace: aTemplateWorkspace(), deployment: refusedDeployment(VIOLATION) },
      [
        'InferenceReady',
        'False',
        'WorkspaceInferenceStatusFailed',
        `no pod can be made: ${VIOLATION}; set what it names in inference.template, ${ELSEWHERE}`,
      ],
    ],
    [
      'say that a published image runs as root where the namespace forbids it',
      {
        ...ready,
        workspace: aWorkspace({ inference: inferenceOf('falcon-7b') }),
        deployment: refusedDeployment(VIOLATION),
      },
      [
        'InferenceReady',
        'False',
        'WorkspaceInferenceStatusFailed',
        `no pod can be made: ${VIOLATION}; the image of this preset runs as root: choose a preset that our own server runs, ${ELSEWHERE}`,
      ],
    ],
    [
      'send to the ReplicaSet for any other refusal, in one line',
      { ...ready, deployment: refusedDeployment('admission webhook "a.b" denied the request:\n  no\n') },
      [
        'InferenceReady',
        'False',
        'WorkspaceInferenceStatusFailed',
        'no pod can be made: admission webhook "a.b" denied the request: no; whoever made that rule can say what it asks for',
      ],
    ],
    [
      'say why a pod fails even before the nodes are ready',
      { pods: [waitingPod('ImagePullBackOff', 'back-off pulling image "a"')] },
      [
        'InferenceReady',
        'False',
        'ImagePullError',
        'container llm of pod llm-abc cannot start: back-off pulling image "a"; check the image and its pull secrets',
      ],
      [
        'WorkspaceReady',
        'False',
        'workspaceFailed',
        'container llm of pod llm-abc cannot start: back-off pulling image "a"; check the image and its pull secrets',
      ],
    ],
    [
      'let the scheduler take its time',
      { ...ready, workspace: resourceReadySince('2026-01-01T11:59:31Z'), pods: [unschedulable()] },
      ['InferenceReady', 'False', 'WorkspaceInferenceStatusPending'],
    ],
    [
      'then repeat what the scheduler says',
      { ...ready, workspace: resourceReadySince('2026-01-01T11:59:30Z'), pods: [unschedulable()] },
      ['InferenceReady', 'False', 'Unschedulable', 'pod llm-abc finds no node: 0/1 nodes are available'],
    ],
  ])('%s', (_, world, ...conditions) => {
    expect(tellingsOf(world, conditions)).toEqual(conditions);
  });

  it('come back when the scheduler has had its time', () => {
    const state = observed({
      ...ready,
      workspace: resourceReadySince('2026-01-01T11:59:50Z'),
      pods: [unschedulable()],
    });
    expect(plan(state, settings).requeueAfterMs).toBe(20_000);
  });
});

function resourceReadySince(lastTransitionTime: string): Observed['workspace'] {
  const condition: Condition = {
    type: 'ResourceReady',
    status: 'True',
    reason: 'workspaceResourceStatusSuccess',
    message: 'workspace resource is ready',
    observedGeneration: 1,
    lastTransitionTime,
  };
  return aWorkspace({ status: { conditions: [condition] } });
}

function refusedDeployment(message: string): Observed['deployment'] {
  return aDeployment({ status: { conditions: [{ type: 'ReplicaFailure', status: 'True', message }] } });
}

function aTemplateWorkspace(): Observed['workspace'] {
  return aWorkspace({ inference: { template: { spec: { containers: [{ name: 'a', image: 'b' }] } } } });
}

function unschedulable(): Observed['pods'][number] {
  const refused = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message: '0/1 nodes are available',
  };
  return aPod({ phase: 'Pending', conditions: [refused] });
}

function waitingPod(reason: string, message: string): Observed['pods'][number] {
  const waiting = { reason, message };
  return aPod({ containerStatuses: [{ name: 'llm', ready: false, restartCount: 0, state: { waiting } }] });
}

function leftOn(node: string, isReady = 'True'): ReturnType<typeof aPod> {
  return { ...aPod({ phase: 'Running', conditions: [{ type: 'Ready', status: isReady }] }), spec: { nodeName: node } };
}
