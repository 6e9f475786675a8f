import { describe, expect, test } from '@jest/globals';

import { aVm } from '../../../test/node-agent/machines.ts';
import { AgentNode } from './node.ts';
import { nodePlan } from './node-plan.ts';
import type { NodeRules, ObservedNode } from './node-plan.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const RULES: NodeRules = {
  delays: { readyAfterMs: 20_000, gpusAfterMs: 30_000, heartbeatEveryMs: 300_000 },
  gpuSource: 'delay',
  endpoint: { address: '127.0.0.1', port: 10_250 },
  isReRegistered: false,
};
const vm = aVm({ name: 'n', createdAt: '2026-01-01T00:00:00.500Z', taints: ['sku=gpu:NoSchedule'] });

/** The Node after the actions were executed. */
class World {
  observed: ObservedNode = { vm, node: undefined, record: {}, nowMs: START, isAdopted: false };
  readonly actions: string[] = [];

  readonly #rules: Partial<NodeRules>;

  constructor(rules: Partial<NodeRules> = {}) {
    this.#rules = rules;
  }

  /** Executes plans until one asks for nothing more at this moment. */
  at(seconds: number): readonly string[] {
    this.observed = { ...this.observed, nowMs: START + seconds * 1000 };
    for (let rounds = 0; rounds < 10; rounds += 1) {
      const { actions } = nodePlan(this.observed, { ...RULES, ...this.#rules });
      if (actions.length === 0) {
        return this.actions.splice(0);
      }
      actions.forEach((action) => {
        this.actions.push(action.kind);
        this.#execute(action);
      });
    }
    throw new Error('never at rest');
  }

  #execute(action: ReturnType<typeof nodePlan>['actions'][number]): void {
    const { node } = this.observed;
    const change = (changed: object): void => {
      this.observed = { ...this.observed, node: AgentNode.parse({ ...node, ...changed }) };
    };
    switch (action.kind) {
      case 'Register': {
        const metadata = { name: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
        change({ ...action.manifest, metadata });
        this.observed = { ...this.observed, record: { ...this.observed.record, registeredAtMs: this.observed.nowMs } };
        return;
      }
      case 'PatchStatus': {
        const status: unknown = action.body['status'];
        change({ status: { ...node?.status, ...(typeof status === 'object' ? status : {}) } });
        return;
      }
      case 'SetTaints':
        change({ spec: { ...node?.spec, taints: action.taints } });
        return;
      case 'Delete':
        this.observed = { ...this.observed, node: undefined };
        return;
      default:
        throw new Error('unknown action');
    }
  }

  get node(): AgentNode | undefined {
    return this.observed.node;
  }

  gpus(): unknown {
    return this.node?.status.allocatable['nvidia.com/gpu'];
  }
}

const ready = (world: World): string | undefined =>
  world.node?.status.conditions.find(({ type }) => type === 'Ready')?.status;

describe('nodePlan', () => {
  test('registers, becomes Ready, loses the boot taints, gets its GPUs, and is at rest', () => {
    const world = new World();
    expect(world.at(0)).toEqual(['Register']);
    expect(world.node?.spec.taints.map(({ key }) => key)).toContain('node.cloudprovider.kubernetes.io/uninitialized');
    expect([world.at(19), ready(world)]).toEqual([[], 'False']);
    expect([world.at(20), ready(world)]).toEqual([['PatchStatus', 'SetTaints'], 'True']);
    expect(world.node?.spec.taints).toEqual([{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }]);
    expect([world.at(49), world.gpus()]).toEqual([[], undefined]);
    expect([world.at(50), world.gpus()]).toEqual([['PatchStatus'], '1']);
    expect(world.at(51)).toEqual([]);
  });

  test('says when to look again', () => {
    const world = new World();
    world.at(0);
    expect(nodePlan(world.observed, RULES).requeueAfterMs).toBe(20_000);
    world.at(20);
    expect(nodePlan(world.observed, RULES).requeueAfterMs).toBe(30_000);
    world.at(50);
    expect(nodePlan(world.observed, RULES).requeueAfterMs).toBe(300_000);
  });

  test('beats every five minutes', () => {
    const world = new World();
    world.at(0);
    world.at(60);
    expect(world.at(359)).toEqual([]);
    expect(world.at(361)).toEqual(['PatchStatus']);
  });

  test('takes Ready back from whoever took it', () => {
    const world = new World();
    world.at(0);
    world.at(60);
    const taken = world.node?.status.conditions.map((condition) => ({ ...condition, status: 'Unknown' }));
    const node = AgentNode.parse({ ...world.node, status: { ...world.node?.status, conditions: taken } });
    world.observed = { ...world.observed, node };
    expect([world.at(61), ready(world)]).toEqual([['PatchStatus'], 'True']);
  });

  test('is Ready when the machine’s description says so', () => {
    const world = new World();
    world.observed = { ...world.observed, vm: { ...vm, nodeReadyAt: '2026-01-01T00:00:03Z' } };
    world.at(0);
    world.at(3);
    expect(ready(world)).toBe('True');
  });

  test('waits for a device plugin, and has no GPUs once it is gone', () => {
    const world = new World({ gpuSource: 'device-plugin' });
    world.at(0);
    world.at(100);
    expect(world.gpus()).toBeUndefined();
    world.observed = { ...world.observed, record: { ...world.observed.record, pluginSinceMs: START + 100_000 } };
    world.at(129);
    expect(world.gpus()).toBeUndefined();
    world.at(130);
    expect(world.gpus()).toBe('1');
    world.observed = { ...world.observed, record: { registeredAtMs: START } };
    world.at(131);
    expect(world.gpus()).toBe('0');
  });

  test('never gets GPUs when told so', () => {
    const world = new World({ gpuSource: 'never' });
    world.at(0);
    world.at(1000);
    expect([ready(world), world.gpus()]).toEqual(['True', undefined]);
  });

  test('does not bring back a Node that was deleted, unless told to', () => {
    for (const [isReRegistered, actions] of [
      [false, []],
      [true, ['Register']],
    ] as const) {
      const world = new World({ isReRegistered });
      world.at(0);
      world.observed = { ...world.observed, node: undefined };
      expect(world.at(1)).toEqual(actions);
    }
  });

  test('deletes the Node of a machine that is gone, and that of an earlier machine of its name', () => {
    const world = new World();
    world.at(0);
    world.observed = { ...world.observed, vm: { ...vm, createdAt: '2026-01-01T01:00:00Z' }, record: {} };
    expect(nodePlan(world.observed, RULES).actions).toEqual([{ kind: 'Delete', uid: 'u' }]);
    world.observed = { ...world.observed, vm: undefined };
    expect(world.at(1)).toEqual(['Delete']);
    expect(world.at(2)).toEqual([]);
  });

  test('says nothing for a machine that does not run', () => {
    const world = new World();
    world.observed = { ...world.observed, vm: { ...vm, state: 'Booting' } };
    expect(world.at(0)).toEqual([]);
    world.observed = { ...world.observed, vm };
    world.at(1);
    world.observed = { ...world.observed, vm: { ...vm, state: 'Stopped' } };
    expect(world.at(1000)).toEqual([]);
  });

  test('writes nothing on a Node that is being deleted', () => {
    const world = new World();
    world.at(0);
    const metadata = { ...world.node?.metadata, deletionTimestamp: '2026-01-01T00:00:10Z' };
    world.observed = { ...world.observed, node: AgentNode.parse({ ...world.node, metadata }) };
    expect(world.at(30)).toEqual([]);
  });
});

describe('nodePlan of a Node that somebody else made', () => {
  const node = AgentNode.parse({
    metadata: { name: 'theirs', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { providerID: 'kwok://theirs', taints: [{ key: 'karpenter.sh/unregistered', effect: 'NoExecute' }] },
    status: { allocatable: { cpu: '6', 'nvidia.com/gpu': '1' } },
  });
  const observed: ObservedNode = { vm: undefined, node, record: {}, nowMs: START, isAdopted: true };

  test('makes it Ready with our endpoint, and says nothing of its size or taints', () => {
    const { actions } = nodePlan(observed, RULES);
    expect(actions).toMatchObject([
      {
        kind: 'PatchStatus',
        body: {
          status: {
            conditions: expect.arrayContaining([expect.objectContaining({ type: 'Ready', status: 'True' })]),
            daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
          },
        },
      },
    ]);
    expect(JSON.stringify(actions)).not.toMatch(/allocatable|capacity|taints/u);
  });

  test('is at rest until the next heartbeat', () => {
    const [action] = nodePlan(observed, RULES).actions;
    const status = action?.kind === 'PatchStatus' ? action.body['status'] : undefined;
    const alive = AgentNode.parse({ ...node, status });
    expect(nodePlan({ ...observed, node: alive, nowMs: START + 299_000 }, RULES).actions).toEqual([]);
    expect(nodePlan({ ...observed, node: alive, nowMs: START + 300_000 }, RULES).actions).toHaveLength(1);
  });

  test('does not miss it when it is gone', () => {
    expect(nodePlan({ ...observed, node: undefined }, RULES).actions).toEqual([]);
  });
});
