import { describe, expect, it } from '@jest/globals';
import type { StatefulSet, Workspace } from '@kaito/types';

import {
  aDeployment,
  aMember,
  aNode,
  aReadyMachine,
  aService,
  aStatefulSet,
  aWorkspace,
  FIRST_CLAIM,
  observed,
  ROLLED_OUT,
  SECOND_CLAIM,
  settings,
} from '../../../test/builders.ts';
import { statusOf, tellingsOf } from '../../../test/told.ts';
import type { Action } from '../actions.ts';
import type { Observed } from '../observed.ts';
import { plan } from '../plan.ts';
import { isRead } from '../spec/reading.ts';
import { readSpec } from '../spec/spec.ts';
import { desiredHeadlessService } from './headless-service.ts';
import { desiredService } from './service.ts';
import { desiredStatefulSet } from './stateful-set.ts';

const ofTwo = aWorkspace({ resource: { count: 2 } });
const READY = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
const STARTING = { phase: 'Running', containerStatuses: [{ name: 'llm', ready: false, restartCount: 0 }] };
const BOTH_READY = { replicas: 2, readyReplicas: 2, updatedReplicas: 2 };

const RECORD = {
  generation: 1,
  members: [
    { name: 'llm-0', uid: 'uid-of-llm-0', restarts: 0 },
    { name: 'llm-1', uid: 'uid-of-llm-1', restarts: 0 },
  ],
  since: '2026-01-01T12:00:00Z',
};

function applied({ mark }: { readonly mark: string }): object {
  return { annotations: { 'workspace.kaito.io/applied': mark } };
}

/** A world in which everything was applied that is wanted. */
function world(changes: Partial<Observed> = {}, workspace: Workspace = ofTwo): Partial<Observed> {
  const spec = readSpec(workspace, settings);
  if (!isRead(spec)) {
    throw new Error(JSON.stringify(spec));
  }
  return {
    workspace,
    claims: [aReadyMachine(FIRST_CLAIM, 'a'), aReadyMachine(SECOND_CLAIM, 'b')],
    nodes: [aNode('a'), aNode('b')],
    service: aService(applied(desiredService(workspace, spec.value))),
    headlessService: aService({ name: 'llm-headless', ...applied(desiredHeadlessService(workspace)) }),
    statefulSet: ofGeneration(1, { metadata: applied(desiredStatefulSet(workspace, spec.value, 1)) }),
    ...changes,
  };
}

function ofGeneration(generation: number, changes: Record<string, object> = {}): StatefulSet {
  const annotations = { 'kaito.sh/group-generation': String(generation) };
  return aStatefulSet({ ...changes, spec: { template: { metadata: { annotations } } } });
}

function withStatus(set: StatefulSet | undefined, status: object): StatefulSet {
  if (set === undefined) {
    throw new Error('there is no StatefulSet');
  }
  return { ...set, status: { ...set.status, ...status } };
}

function actionsOf(changes: Partial<Observed>): readonly string[] {
  return plan(observed(changes), settings).actions.map(shown);
}

function shown(action: Action): string {
  if (action.kind === 'Apply') {
    return `apply ${action.target} ${String(action.manifest.metadata.name)}`;
  }
  if (action.kind === 'Delete') {
    return `delete ${action.target} ${action.name}`;
  }
  return action.kind === 'Notify' ? `say ${action.notice.message}` : action.kind;
}

function keepers(deployment: Observed['deployment']): readonly string[] {
  return actionsOf({ workspace: ofTwo, deployment }).filter((action) => /Deployment|StatefulSet/u.test(action));
}

describe('what keeps several pods', () => {
  it('is a StatefulSet with the Service of its members, made before there is a node', () => {
    expect(actionsOf({ workspace: ofTwo })).toEqual(
      expect.arrayContaining(['apply Service llm', 'apply Service llm-headless', 'apply StatefulSet llm']),
    );
  });

  it('is not made before the Deployment that we made earlier is gone', () => {
    const ours = aDeployment({ metadata: { annotations: { 'workspace.kaito.io/applied': 'earlier' } } });
    const leaving = { ...ours, metadata: { ...ours.metadata, deletionTimestamp: '2026-01-01T12:00:00Z' } };
    expect(keepers(ours)).toEqual(['delete Deployment llm']);
    expect(keepers(leaving)).toEqual([]);
    expect(keepers(undefined)).toEqual(['apply StatefulSet llm']);
  });

  it.each([
    ['Deployment', { deployment: aDeployment({ spec: { replicas: 2 }, status: { ...ROLLED_OUT, ...BOTH_READY } }) }],
    ['StatefulSet', { statefulSet: aStatefulSet({ status: BOTH_READY }) }],
  ])('is the %s of the Go original where there is one', (_, made) => {
    const given = world({ statefulSet: undefined, headlessService: undefined, ...made });
    expect(actionsOf(given).filter((action) => /Deployment|StatefulSet|headless/u.test(action))).toEqual([]);
    expect(tellingsOf(given, [['InferenceReady']])).toEqual([
      ['InferenceReady', 'True', 'WorkspaceInferenceStatusSuccess'],
    ]);
  });

  it('stays the StatefulSet of the Go original also for one pod', () => {
    const ofOne = aStatefulSet({ spec: { replicas: 1 }, status: ROLLED_OUT });
    const given = { claims: [aReadyMachine(FIRST_CLAIM, 'a')], nodes: [aNode('a')], statefulSet: ofOne };
    expect(actionsOf(given)).not.toContain('apply Deployment llm');
    expect(tellingsOf(given, [['InferenceReady']])).toEqual([
      ['InferenceReady', 'True', 'WorkspaceInferenceStatusSuccess'],
    ]);
  });

  it('says whose the names are', () => {
    const given = world({
      statefulSet: aStatefulSet({ metadata: { ownerReferences: [] } }),
      headlessService: aService({ name: 'llm-headless', ownerReferences: [] }),
    });
    const message =
      'the StatefulSet llm and the Service llm-headless exist already and belong to somebody else: rename them or this workspace';
    expect(tellingsOf(given, [['InferenceReady', 'False', '', message]])).toEqual([
      ['InferenceReady', 'False', 'WorkspaceInferenceStatusFailed', message],
    ]);
  });

  it('is scaled back when somebody has scaled it', () => {
    const { statefulSet } = world();
    const scaled =
      statefulSet === undefined ? undefined : { ...statefulSet, spec: { ...statefulSet.spec, replicas: 1 } };
    expect(actionsOf(world({ statefulSet: scaled }))).toContain('apply StatefulSet llm');
  });
});

function complete(): Partial<Observed> {
  const { statefulSet } = world();
  return {
    statefulSet: withStatus(statefulSet, BOTH_READY),
    pods: [aMember('llm-0', READY), aMember('llm-1', READY)],
  };
}

describe('a group', () => {
  it('is remembered with its members when all of them are ready', () => {
    expect(statusOf(world(complete()))).toMatchObject({ state: 'Ready', group: RECORD });
  });

  it('is not ready before its members are seen to be of one generation, whatever is counted', () => {
    const pods = [aMember('llm-0', READY), aMember('llm-1', READY, 2)];
    expect(tellingsOf(world({ ...complete(), pods }), [['InferenceReady']])).toEqual([
      ['InferenceReady', 'False', 'WorkspaceInferenceStatusPending'],
    ]);
  });

  it('starts again as one: first the template, then, when it is known, the members; and says why', () => {
    const workspace = aWorkspace({
      resource: { count: 2 },
      status: { group: RECORD },
    });
    const pods = [aMember('llm-0', READY)];
    expect(actionsOf(world({ ...complete(), pods }, workspace)).slice(0, 2)).toEqual([
      'apply StatefulSet llm',
      'say pod llm-1 is gone: all pods start again together',
    ]);
    const raised = ofGeneration(2, { metadata: world().statefulSet?.metadata ?? {} });
    expect(actionsOf(world({ statefulSet: raised, pods }, workspace)).slice(0, 1)).toEqual(['delete Pod llm-0']);
    const unknown = withStatus(raised, { observedGeneration: 0 });
    expect(actionsOf(world({ statefulSet: unknown, pods }, workspace))).not.toContain('delete Pod llm-0');
  });

  it('says when it starts again, if it has done so often', () => {
    const group = { ...RECORD, setbacks: 2 };
    const workspace = aWorkspace({
      resource: { count: 2 },
      status: { group },
    });
    const given = world({ ...complete(), pods: [aMember('llm-0', READY)] }, workspace);
    const message =
      'pod llm-1 is gone: all pods start again together at 2026-01-01T12:00:20Z, as this has happened before; ' +
      '1 of 2 pods are ready; not made yet: llm-1';
    expect(tellingsOf(given, [['InferenceReady', 'False', '', message]])).toEqual([
      ['InferenceReady', 'False', 'WorkspaceInferenceStatusPending', message],
    ]);
    expect(plan(observed(given), settings).requeueAfterMs).toBe(20_000);
  });
});

describe('the condition of several pods', () => {
  it.each<[string, Partial<Observed>, string]>([
    ['are not made yet', { pods: [] }, '0 of 2 pods are ready; not made yet: llm-0, llm-1'],
    [
      'wait for a node',
      { pods: [aMember('llm-0', READY), aMember('llm-1', { phase: 'Pending' })] },
      '1 of 2 pods are ready; waiting for a node: llm-1',
    ],
    [
      'are on a node that is lost, load the model',
      {
        nodes: [aNode('a'), aNode('b', { isReady: false })],
        pods: [on('a', aMember('llm-0', STARTING)), on('b', aMember('llm-1', STARTING))],
      },
      '0 of 2 pods are ready; on a node that is not ready: llm-1; starting the server and loading the model: llm-0',
    ],
    [
      'are on a node that is gone',
      {
        nodes: [aNode('a')],
        pods: [on('a', aMember('llm-0', READY)), on('b', aMember('llm-1', READY))],
        goneNodes: ['b'],
      },
      '1 of 2 pods are ready; on a node that is gone: llm-1',
    ],
    [
      'are stopped, wait for their containers',
      {
        pods: [
          aMember('llm-0', READY, 1, { deletionTimestamp: '2026-01-01T12:00:00Z' }),
          on('b', aMember('llm-1', { phase: 'Pending' })),
        ],
      },
      '0 of 2 pods are ready; being stopped: llm-0; waiting for the containers to start: llm-1',
    ],
  ])('tells which %s', (_, changes, message) => {
    expect(tellingsOf(world(changes), [['InferenceReady', '', '', message]])).toEqual([
      ['InferenceReady', 'False', 'WorkspaceInferenceStatusPending', message],
    ]);
  });

  it('tells of one that fails with its name and what helps, and of the others', () => {
    const waiting = { reason: 'ImagePullBackOff', message: 'no such image' };
    const failing = { containerStatuses: [{ name: 'llm', ready: false, restartCount: 0, state: { waiting } }] };
    const pods = [aMember('llm-0', READY), aMember('llm-1', failing)];
    const message =
      'container llm of pod llm-1 cannot start: no such image; check the image and its pull secrets; ' +
      '1 of 2 pods are ready; failing: llm-1';
    expect(tellingsOf(world({ pods }), [['InferenceReady', '', '', message]])).toEqual([
      ['InferenceReady', 'False', 'ImagePullError', message],
    ]);
  });

  it('keeps its length when there are many', () => {
    const many = aWorkspace({ resource: { count: 9 } });
    const message = '0 of 9 pods are ready; not made yet: llm-0, llm-1, llm-2, llm-3 and 5 more';
    expect(tellingsOf({ workspace: many }, [['InferenceReady', '', '', message]])).toEqual([
      ['InferenceReady', 'False', 'WorkspaceInferenceStatusPending', message],
    ]);
  });
});

function on(nodeName: string, pod: ReturnType<typeof aMember>): ReturnType<typeof aMember> {
  return { ...pod, spec: { ...pod.spec, nodeName } };
}
