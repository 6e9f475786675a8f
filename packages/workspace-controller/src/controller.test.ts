import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@kaito/controller-runtime';
import type { Change, HasMetadata, Informer } from '@kaito/controller-runtime';
import { FakeClock } from '@kaito/testkit';
import { Machine } from '@kaito/types';
import type { Node, NodeClaim, NodePool, StatefulSet } from '@kaito/types';

import { aDeployment, aMachine, aNode, aPod, aReadyMachine, aService, aWorkspace } from '../test/builders.ts';
import { workspaceController } from './controller.ts';
import type { Informers } from './informers.ts';
import { claimIndexes, nodeIndexes, nodePoolIndexes, podIndexes, workspaceIndexes } from './keys.ts';

const NAMES = [
  'workspaces',
  'machines',
  'nodeClaims',
  'nodePools',
  'nodes',
  'deployments',
  'statefulSets',
  'services',
  'pods',
] as const satisfies readonly (keyof Informers)[];
const OTHER = { 'kaito.sh/workspace': 'other', 'kaito.sh/workspacenamespace': 'team' };

describe('workspaceController', () => {
  it.each<readonly [string, (world: World) => void, readonly string[]]>([
    ['a Workspace', ({ workspaces }) => workspaces.emit({ after: aWorkspace() }), ['default/llm']],
    ['its machine', ({ machines }) => machines.emit({ before: Machine.parse(aMachine('ws1')) }), ['default/llm']],
    [
      'a machine of nobody',
      ({ machines }) => machines.emit({ after: Machine.parse(aMachine('ws1', { metadata: { labels: {} } })) }),
      [],
    ],
    ['its pod', ({ pods }) => pods.emit({ after: aPod({}) }), ['default/llm']],
    ['a Deployment of its name', ({ deployments }) => deployments.emit({ after: aDeployment() }), ['default/llm']],
    ['a Service of its name', ({ services }) => services.emit({ before: aService() }), ['default/llm']],
    [
      'a Deployment of another name',
      ({ deployments }) => deployments.emit({ after: aDeployment({ metadata: { name: 'x' } }) }),
      [],
    ],
    ['its node', ({ nodes }) => nodes.emit({ after: aNode('a') }), ['default/llm']],
    [
      'the node of its claim',
      ({ nodes }) => nodes.emit({ after: aNode('claimed', { own: false, labels: OTHER }) }),
      ['team/other', 'default/llm'],
    ],
    ['a preferred node', ({ nodes }) => nodes.emit({ after: sized('Standard_ND6s', 'wished') }), ['default/llm']],
    ['a free node of its size', ({ nodes }) => nodes.emit({ after: aNode('a', { own: false }) }), ['default/llm']],
    ['a free node of another size', ({ nodes }) => nodes.emit({ after: sized('Standard_ND6s') }), []],
    ['a free node of no size', ({ nodes }) => nodes.emit({ after: aNode('a', { metadata: { labels: {} } }) }), []],
    ['the heartbeat of its node', ({ nodes }) => nodes.emit({ before: aNode('a'), after: aNode('a') }), []],
    [
      'its node turning ready',
      ({ nodes }) => nodes.emit({ before: aNode('a', { isReady: false }), after: aNode('a') }),
      ['default/llm'],
    ],
    [
      'an API for claims appearing',
      ({ nodeClaims }) => {
        nodeClaims.turnServed();
      },
      ['default/llm'],
    ],
    [
      'GPUs appearing',
      ({ nodes }) => nodes.emit({ before: aNode('a', { gpus: 0 }), after: aNode('a') }),
      ['default/llm'],
    ],
  ])('is woken by %s', async (_, happen, keys) => {
    const world = new World();
    const woken = await world.keysAfter(() => {
      happen(world);
    });
    expect(woken.toSorted()).toEqual(keys.toSorted());
  });

  it.each(NAMES)('begins nothing before the first list of %s is complete', async (name) => {
    const world = new World();
    const list = Promise.withResolvers<undefined>();
    world[name].firstList = list.promise;
    const woken: string[] = [];
    await world.running(woken, async (settled) => {
      world.workspaces.emit({ after: aWorkspace() });
      await settled();
      expect(woken).toEqual([]);
      list.resolve(undefined);
      await settled();
      expect(woken).toEqual(['default/llm']);
    });
  });
});

function sized(type: string, name = 'a'): Node {
  return aNode(name, { own: false, labels: { 'node.kubernetes.io/instance-type': type } });
}

const MACHINE = Machine.parse({ ...aReadyMachine('ws1', 'claimed') });

/** Informers that hold one Workspace with a claim, and tell what they are told to. */
class World implements Informers {
  readonly workspaces = new FixedInformer([aWorkspace({ resource: { preferredNodes: ['wished'] } })], workspaceIndexes);
  readonly machines = new FixedInformer([MACHINE], claimIndexes);
  readonly nodeClaims = new FixedInformer<NodeClaim>([], claimIndexes);
  readonly nodePools = new FixedInformer<NodePool>([], nodePoolIndexes);
  readonly statefulSets = new FixedInformer<StatefulSet>([], {});
  readonly nodes = new FixedInformer<Node>([], nodeIndexes);
  readonly deployments = new FixedInformer([aDeployment()], {});
  readonly services = new FixedInformer([aService()], {});
  readonly pods = new FixedInformer([aPod({})], podIndexes);

  async keysAfter(happen: () => void): Promise<readonly string[]> {
    const keys: string[] = [];
    await this.running(keys, async (settled) => {
      happen();
      await settled();
    });
    return keys;
  }

  async running(keys: string[], play: (settled: () => Promise<void>) => Promise<void>): Promise<void> {
    const clock = new FakeClock();
    const stop = new AbortController();
    const controller = workspaceController(this, {
      workers: 1,
      provisioning: { kind: 'machine' },
      clock,
      logger: silentLogger,
      random: () => 0.5,
      reconcile: async (key) => {
        keys.push(key);
        return undefined;
      },
    });
    const running = controller.run(stop.signal);
    await play(async () => clock.settle());
    stop.abort();
    await running;
  }
}

class FixedInformer<T extends HasMetadata> implements Informer<T> {
  readonly cache: Informer<T>['cache'];
  firstList: Promise<unknown> = Promise.resolve();
  readonly #listeners: ((change: Change<T>) => void)[] = [];
  readonly #servedListeners: (() => void)[] = [];

  constructor(objects: readonly T[], indexes: Readonly<Record<string, (object: T) => readonly string[]>>) {
    this.cache = {
      hasSynced: true,
      isServed: true,
      get: (key) => objects.find(({ metadata }) => key === `${metadata.namespace ?? ''}/${metadata.name}`),
      list: () => objects,
      byIndex: (index, value) => objects.filter((object) => indexes[index]?.(object).includes(value) === true),
      observe: () => {
        throw new Error('nothing is written here');
      },
    };
  }

  emit(change: Change<T>): void {
    for (const listener of this.#listeners) {
      listener(change);
    }
  }

  onChange(listener: (change: Change<T>) => void): void {
    this.#listeners.push(listener);
  }

  onServed(listener: () => void): void {
    this.#servedListeners.push(listener);
  }

  turnServed(): void {
    for (const listener of this.#servedListeners) {
      listener();
    }
  }

  async run(): Promise<void> {
    throw new Error('nothing is watched here');
  }

  async synced(): Promise<void> {
    await this.firstList;
  }
}
