import { describe, expect, it } from '@jest/globals';
import { timestamp } from '@kaito/types';
import type { Deployment, Service, Workspace } from '@kaito/types';

import {
  aDeployment,
  aFailedMachine,
  aMachine,
  aNode,
  aPod,
  aReadyMachine,
  aService,
  aWorkspace,
  FIRST_CLAIM,
  inferenceOf,
  NOW,
  observed,
  ROLLED_OUT,
  SALTED_CLAIM,
  SECOND_CLAIM,
  settings,
} from '../../test/builders.ts';
import type { Action } from './actions.ts';
import type { Observed } from './observed.ts';
import { plan, planFailure } from './plan.ts';
import { isRead } from './spec/reading.ts';
import { readSpec } from './spec/spec.ts';
import { isWritten } from './status/status.ts';
import { desiredDeployment } from './workload/deployment.ts';
import { desiredService } from './workload/service.ts';

const leaving = { deletionTimestamp: '2026-01-01T12:00:00Z' };

describe('plan', () => {
  it('adds the finalizer first and alone', () => {
    const workspace = aWorkspace({ metadata: { finalizers: ['other.example'] } });
    expect(plan(observed({ workspace }), settings)).toEqual({ actions: [{ kind: 'AddFinalizer' }] });
  });

  it('asks for the node, starts the pods and offers the Service at once, then tells', () => {
    expect(outline(plan(observed(), settings).actions)).toEqual([
      `CreateClaim ${FIRST_CLAIM}`,
      'Notify MachineCreated',
      'Apply Deployment',
      'Apply Service',
      'WriteStatus',
    ]);
  });

  it('asks for all nodes at the same time', () => {
    const workspace = aWorkspace({ resource: { count: 2 } });
    expect(outline(plan(observed({ workspace }), settings).actions).slice(0, 2)).toEqual([
      `CreateClaim ${FIRST_CLAIM}`,
      `CreateClaim ${SECOND_CLAIM}`,
    ]);
  });

  it('takes another name when somebody else has the first', () => {
    const state = observed({ foreignClaimNames: [FIRST_CLAIM] });
    expect(outline(plan(state, settings).actions)[0]).toBe(`CreateClaim ${SALTED_CLAIM}`);
  });

  it('makes no claim for a slot whose claim is still there, whatever its name', () => {
    const own = observed({ claims: [aMachine(FIRST_CLAIM)] });
    const adopted = observed({ claims: [aMachine('ws0123456789')] });
    const gone = observed({ claims: [aMachine(FIRST_CLAIM, { metadata: leaving })] });
    for (const state of [own, adopted, gone]) {
      expect(outline(plan(state, settings).actions)).not.toContain(`CreateClaim ${FIRST_CLAIM}`);
    }
  });

  it('buys nothing where a node is ready, and says whose it is once the status does', () => {
    const state = observed({ nodes: [aNode('byo', { own: false })] });
    const { actions } = plan(state, settings);
    expect(outline(actions)).toEqual(['Apply Deployment', 'Apply Service', 'WriteStatus', 'LabelNode byo']);
    expect(actions.slice(2)).toEqual([
      expect.objectContaining({ kind: 'WriteStatus', reserves: ['byo'] }),
      {
        kind: 'LabelNode',
        name: 'byo',
        uid: 'uid-of-byo',
        resourceVersion: '1',
        labels: { 'kaito.sh/reserved-by': state.workspace.metadata.uid },
      },
    ]);
  });

  it.each([
    ['an own node as soon as it is ready', aNode('a', { gpus: 0, labels: { accelerator: 'none' } }), ['LabelNode a']],
    ['an existing one', aNode('a', { own: false, labels: { accelerator: '' } }), ['LabelNode a']],
    ['none that has the label', aNode('a'), []],
    ['none that is not ready', aNode('a', { isReady: false, labels: { accelerator: '' } }), []],
    ['none that is being deleted', aNode('a', { metadata: leaving, labels: { accelerator: '' } }), []],
  ])('labels GPU nodes: %s', (_, node, expected) => {
    const actions = plan(observed({ nodes: [node] }), settings).actions;
    expect(outline(actions).filter((line) => line.startsWith('LabelNode'))).toEqual(expected);
  });

  it('says of no node of a size without GPUs that it has some, and waits for none there', () => {
    const workspace = aWorkspace({ resource: { instanceType: 'Standard_D8s_v5' } });
    const type = { 'node.kubernetes.io/instance-type': 'Standard_D8s_v5', accelerator: '' };
    const { actions } = plan(
      observed({ workspace, nodes: [aNode('a', { own: false, gpus: 0, labels: type })] }),
      settings,
    );
    expect(JSON.stringify(actions)).not.toContain('accelerator');
    expect(outline(actions)).toContain('Apply Deployment');
  });

  it('waits with the pods of an unknown GPU size for a node that shows how many it has', () => {
    const workspace = aWorkspace({ resource: { instanceType: 'Standard_NC999' } });
    const labels = { 'node.kubernetes.io/instance-type': 'Standard_NC999' };
    expect(outline(plan(observed({ workspace }), settings).actions)).not.toContain('Apply Deployment');
    const state = observed({ workspace, nodes: [aNode('a', { own: false, gpus: 3, labels })] });
    expect(JSON.stringify(plan(state, settings).actions)).toContain('"limits":{"nvidia.com/gpu":"3"}');
  });

  it('has nothing to do at rest', () => {
    expect(plan(atRest(), settings)).toEqual({ actions: [] });
  });

  it('applies what differs from what it applied', () => {
    const state = atRest();
    const changed = aWorkspace({ ...state.workspace, metadata: { annotations: { 'kaito.sh/enablelb': 'True' } } });
    expect(outline(plan({ ...state, workspace: changed }, settings).actions)).toContain('Apply Service');
    const scaled = { ...state, deployment: { ...aDeployment(), ...state.deployment, spec: { replicas: 3 } } };
    expect(outline(plan(scaled, settings).actions)).toContain('Apply Deployment');
  });

  it('leaves alone what the Go original made, what belongs to others, and what is leaving', () => {
    for (const [deployment, service] of [
      [aDeployment(), aService()],
      [aDeployment({ metadata: { ownerReferences: [] } }), aService({ ownerReferences: [] })],
      [aDeployment({ metadata: leaving }), aService(leaving)],
    ] as const) {
      expect(outline(plan(observed({ deployment, service }), settings).actions).join(' ')).not.toContain('Apply');
    }
  });

  it('buys nothing in the place of a node that comes and goes, and something in the place of one that is gone', () => {
    const serving = observed({ nodes: [aNode('byo', { own: false })] });
    const state = settle(serving, plan(serving, settings).actions);
    const away = { ...state, nodes: [aNode('byo', { own: false, isReady: false })] };
    const told = settle(away, plan(away, settings).actions);
    expect(told.workspace.status?.workerNodes).toEqual(['byo']);
    expect(outline(plan(told, settings).actions)).not.toContain(`CreateClaim ${FIRST_CLAIM}`);
    expect(outline(plan({ ...told, nodes: [] }, settings).actions)).toContain(`CreateClaim ${FIRST_CLAIM}`);
  });

  it('takes over a running Workspace of the Go original without touching its workload', () => {
    const state = observed({
      claims: [aReadyMachine('ws0123456789', 'a')],
      nodes: [aNode('a')],
      deployment: aDeployment({ status: ROLLED_OUT }),
      service: aService(),
    });
    expect(outline(plan(state, settings).actions)).toEqual(['Notify WorkspaceReady', 'WriteStatus']);
  });

  it('buys no node for what cannot run, and says so once', () => {
    const state = observed({ workspace: aWorkspace({ inference: inferenceOf('nope') }) });
    const { actions, requeueAfterMs } = plan(state, settings);
    expect([outline(actions), requeueAfterMs]).toEqual([['Notify WorkspaceFailed', 'WriteStatus'], undefined]);
    expect(plan(settle(state, actions), settings).actions).toEqual([]);
  });
});

describe('plan of failing claims', () => {
  it('asks again for a claim that vanished, when its time has come', () => {
    const attempts = {
      windowStart: timestamp(NOW.getTime() - 60_000),
      count: 1,
      times: [timestamp(NOW.getTime() - 60_000)],
      lastFailure: 'no capacity',
      nextAttempt: timestamp(NOW.getTime() + 60_000),
    };
    const early = observed({ workspace: aWorkspace({ status: { attempts } }) });
    const waiting = plan(early, settings);
    expect(outline(waiting.actions)).not.toContain(`CreateClaim ${FIRST_CLAIM}`);
    expect(waiting.requeueAfterMs).toBe(60_000);
    const late = plan({ ...early, now: new Date(NOW.getTime() + 60_000) }, settings);
    expect(outline(late.actions)).toContain(`CreateClaim ${FIRST_CLAIM}`);
  });

  it('comes back when a claim is overdue', () => {
    expect(plan(observed({ claims: [aMachine(FIRST_CLAIM)] }), settings).requeueAfterMs).toBe(840_000);
  });

  it('waits for nothing but a change while a claim fails', () => {
    const failed = aFailedMachine(FIRST_CLAIM, 'quota');
    const old = { ...failed, metadata: { ...failed.metadata, creationTimestamp: '2026-01-01T10:00:00Z' } };
    expect(plan(observed({ claims: [old] }), settings).requeueAfterMs).toBeUndefined();
  });
});

describe('plan of deletion', () => {
  const workspace = aWorkspace({ metadata: leaving });

  it('takes the workload down before the claims, and keeps the finalizer', () => {
    const state = observed({ workspace, deployment: aDeployment(), service: aService(), claims: [aMachine('ws1')] });
    const { actions } = plan(state, settings);
    expect(outline(actions)).toEqual(['Delete Deployment llm', 'Delete Service llm', 'Delete Machine ws1']);
    expect(actions[2]).toEqual({ kind: 'Delete', target: 'Machine', name: 'ws1', uid: 'uid-of-ws1' });
  });

  it('tells what it waits for once all has been asked to go', () => {
    const claims = [aMachine('ws1', { metadata: leaving })];
    expect(outline(plan(observed({ workspace, claims }), settings).actions)).toEqual(['WriteStatus']);
  });

  it('takes its marks off nodes once their pods are gone, and goes after that', () => {
    const labels = { 'kaito.sh/reserved-by': workspace.metadata.uid };
    const nodes = [aNode('a', { own: false, labels })];
    const pod = { ...aPod({ phase: 'Running' }), spec: { nodeName: 'a' } };
    const free = expect.objectContaining({ kind: 'LabelNode', name: 'a', labels: { 'kaito.sh/reserved-by': null } });
    const working = plan(observed({ workspace, nodes, pods: [pod], deployment: aDeployment() }), settings);
    expect(outline(working.actions)).toEqual(['Delete Deployment llm']);
    const stopping = plan(observed({ workspace, nodes, pods: [pod] }), settings);
    expect(outline(stopping.actions)).toEqual(['WriteStatus']);
    expect(plan(observed({ workspace, nodes }), settings).actions).toContainEqual(free);
    const silent = [aNode('a', { own: false, isReady: false, labels })];
    expect(plan(observed({ workspace, nodes: silent, pods: [pod] }), settings).actions).toContainEqual(free);
    const others = observed({ workspace, nodes: [aNode('a', { own: false })] });
    expect(outline(plan(others, settings).actions)).toEqual(['RemoveFinalizer']);
  });

  it('asks for nothing twice', () => {
    const state = observed({ workspace, claims: [aMachine('ws1', { metadata: leaving })] });
    expect(outline(plan(state, settings).actions)).toEqual(['WriteStatus']);
    expect(plan(settle(state, plan(state, settings).actions), settings).actions).toEqual([]);
  });

  it('lets go when everything is gone, and leaves alone what is not its own', () => {
    const foreign = {
      deployment: aDeployment({ metadata: { ownerReferences: [] } }),
      service: aService({ ownerReferences: [] }),
    };
    expect(outline(plan(observed({ workspace, ...foreign }), settings).actions)).toEqual(['RemoveFinalizer']);
  });

  it('does nothing more once it has let go', () => {
    const released = aWorkspace({ metadata: { ...leaving, finalizers: ['other.example'] } });
    expect(plan(observed({ workspace: released, claims: [aMachine('ws1')] }), settings)).toEqual({ actions: [] });
  });
});

describe('planFailure', () => {
  it('tells what the API server refused', () => {
    const nodes = planFailure(observed(), settings, { area: 'nodes', message: 'machines is forbidden' });
    expect(conditionIn(nodes, 'MachineReady')).toMatchObject({
      status: 'False',
      reason: 'machineFailedCreation',
      message: 'machines is forbidden',
    });
    const workload = planFailure(observed(), settings, { area: 'workload', message: 'quota exceeded' });
    expect(conditionIn(workload, 'InferenceReady')).toMatchObject({
      reason: 'WorkspaceInferenceStatusFailed',
      message: 'quota exceeded',
    });
  });

  it('counts the claims that were made before the workload was refused', () => {
    const [, written] = planFailure(observed(), settings, { area: 'workload', message: 'x' });
    expect(written).toMatchObject({ status: { attempts: { count: 1 } } });
    const [, refused] = planFailure(observed(), settings, { area: 'nodes', message: 'x' });
    expect(refused).not.toMatchObject({ status: { attempts: { count: 1 } } });
  });

  it('has nothing to say to a Workspace that is going or that cannot run', () => {
    const going = observed({ workspace: aWorkspace({ metadata: leaving }) });
    const wrong = observed({ workspace: aWorkspace({ resource: { count: 0 } }) });
    for (const state of [going, wrong]) {
      expect(planFailure(state, settings, { area: 'nodes', message: 'x' })).toEqual([]);
    }
  });
});

/** Each action's kind and what it is about. */
function outline(actions: readonly Action[]): readonly string[] {
  return actions.map((action) => [action.kind, ...subjectOf(action)].join(' '));
}

function subjectOf(action: Action): readonly string[] {
  if (action.kind === 'CreateClaim') {
    return [action.manifest.metadata.name ?? ''];
  }
  if (action.kind === 'Notify') {
    return [action.notice.reason];
  }
  return [...('target' in action ? [action.target] : []), ...('name' in action ? [action.name] : [])];
}

function conditionIn(actions: readonly Action[], type: string): unknown {
  const written = actions.find((action) => action.kind === 'WriteStatus');
  return written?.status.conditions?.find((condition) => condition.type === type);
}

/** The same world after the status was written. */
function settle(state: Observed, actions: readonly Action[]): Observed {
  const written = actions.find((action) => action.kind === 'WriteStatus');
  return written === undefined ? state : { ...state, workspace: { ...state.workspace, status: written.status } };
}

/** A Workspace that serves, as its last reconcile left it. */
function atRest(): Observed {
  const workspace = aWorkspace();
  const state = observed({
    workspace,
    claims: [aReadyMachine(FIRST_CLAIM, 'a')],
    nodes: [aNode('a')],
    ...appliedFor(workspace),
  });
  const settled = settle(state, plan(state, settings).actions);
  expect(isWritten(settled.workspace.status ?? {}, settled.workspace)).toBe(true);
  return settled;
}

function appliedFor(workspace: Workspace): { readonly deployment: Deployment; readonly service: Service } {
  const spec = readSpec(workspace, settings);
  if (!isRead(spec)) {
    throw new Error('the Workspace of the test cannot run');
  }
  const { mark } = desiredDeployment(workspace, spec.value, 1);
  return {
    deployment: aDeployment({ metadata: { annotations: { 'workspace.kaito.io/applied': mark } }, status: ROLLED_OUT }),
    service: aService({ annotations: { 'workspace.kaito.io/applied': desiredService(workspace, spec.value).mark } }),
  };
}
