import { describe, expect, it } from '@jest/globals';
import type { Informer } from '@kaito/controller-runtime';
import type { Node, Workspace } from '@kaito/types';

import { aNode, aWorkspace } from '../test/builders.ts';
import { fixedCaches } from '../test/fixed-caches.ts';
import type { NodeProvisioning } from './core/claims/node-source.ts';
import type { Caches, Informers } from './informers.ts';
import { wakingBy } from './waking.ts';

const BYO = { kind: 'byo' } as const;
const MACHINE = { kind: 'machine' } as const;
const ANY_SIZE = { 'node.kubernetes.io/instance-type': 'mine' };

const whole = named('whole', { status: { workerNodes: ['held'] } });
const waiting = named('waiting', {});
const ofOtherLabels = named('other-labels', { resource: { labelSelector: { matchLabels: { apps: 'x' } } } });
const ofOtherSize = named('other-size', { resource: { instanceType: 'Standard_ND6s' } });
const unselective = named('unselective', { resource: { labelSelector: {} } });
const wishing = named('wishing', { resource: { labelSelector: {}, preferredNodes: ['a'] } });
const half = named('half', { resource: { count: 2 }, status: { workerNodes: ['kept'] } });
const going = named('going', { metadata: { deletionTimestamp: '2026-01-01T12:00:00Z' } });
const everybody = [whole, waiting, ofOtherLabels, ofOtherSize, unselective, wishing, half, going];

describe('a change of a node', () => {
  it.each<readonly [string, NodeProvisioning, Node | undefined, Node | undefined, readonly string[]]>([
    [
      'that comes wakes who waits for its size',
      MACHINE,
      undefined,
      free(),
      ['half', 'unselective', 'waiting', 'wishing'],
    ],
    ['of any size wakes who would like that node', MACHINE, undefined, free({ labels: ANY_SIZE }), ['wishing']],
    [
      'that comes wakes who waits for its labels where nodes are brought',
      BYO,
      undefined,
      free({ labels: ANY_SIZE }),
      ['half', 'other-size', 'unselective', 'waiting', 'wishing'],
    ],
    [
      'without GPUs wakes nobody where nodes are brought',
      BYO,
      undefined,
      free({ gpus: 0, labels: { accelerator: '' } }),
      [],
    ],
    ['that is only a heartbeat wakes nobody', BYO, free(), free({ metadata: { resourceVersion: '2' } }), []],
    ['of another Workspace wakes nobody else', BYO, undefined, free({ labels: madeFor('third') }), ['third']],
    [
      'that is held wakes its holder, and who wants to know',
      MACHINE,
      undefined,
      free({}, 'held'),
      ['half', 'unselective', 'waiting', 'whole', 'wishing'],
    ],
    [
      'with a mark wakes him whose it is',
      MACHINE,
      undefined,
      free({ labels: { apps: 'nobody', ...ANY_SIZE, 'kaito.sh/reserved-by': 'uid-of-whole.leaving' } }, 'b'),
      ['whole'],
    ],
    [
      'whose taint goes wakes who waits',
      MACHINE,
      free({ spec: { taints: [{ key: 'mine', effect: 'NoSchedule' }] } }),
      free(),
      ['half', 'unselective', 'waiting', 'wishing'],
    ],
    [
      'that loses its labels wakes who waited for it',
      MACHINE,
      free(),
      free({ labels: { apps: '', ...ANY_SIZE } }),
      ['half', 'unselective', 'waiting', 'wishing'],
    ],
  ])('%s', (_, provisioning, ...[before, after, keys]) => {
    const change = { ...(before && { before }), ...(after && { after }) };
    const woken = wakingBy(informersOf(everybody, []), provisioning).ofNode(change);
    expect([...new Set(woken)].toSorted()).toEqual(keys.map((name) => `default/${name}`));
  });
});

describe('a change of a Workspace', () => {
  const nodes = [free(), free({}, 'held'), free({ labels: { apps: 'x' } }, 'x')];

  it.each<readonly [string, NodeProvisioning, Workspace | undefined, Workspace | undefined, readonly string[]]>([
    ['wakes itself', MACHINE, undefined, named('first', {}), ['first']],
    [
      'that lets a node go wakes who waits for such',
      MACHINE,
      whole,
      named('whole', { status: { workerNodes: [] } }),
      ['half', 'unselective', 'waiting', 'whole', 'wishing'],
    ],
    [
      'that is gone does so too',
      MACHINE,
      named('first', { status: { workerNodes: ['x'] } }),
      undefined,
      ['first', 'other-labels', 'unselective', 'wishing'],
    ],
    [
      'that takes a node wakes who counts on it',
      MACHINE,
      named('first', {}),
      named('first', { status: { workerNodes: ['held'] } }),
      ['first', 'whole'],
    ],
    [
      'that waits wakes who may have to give way where nodes are brought',
      BYO,
      undefined,
      named('first', {}),
      ['first', 'half'],
    ],
    ['that changes in nothing that concerns others wakes itself', BYO, waiting, waiting, ['waiting']],
  ])('%s', (_, provisioning, ...[before, after, keys]) => {
    const change = { ...(before && { before }), ...(after && { after }) };
    const woken = wakingBy(informersOf(everybody, nodes), provisioning).ofWorkspace(change);
    expect([...new Set(woken)].toSorted()).toEqual(keys.map((name) => `default/${name}`));
  });
});

function named(name: string, { metadata = {}, ...rest }: Parameters<typeof aWorkspace>[0] = {}): Workspace {
  return aWorkspace({ ...rest, metadata: { name, uid: `uid-of-${name}`, ...metadata } });
}

function free(options: Parameters<typeof aNode>[1] = {}, name = 'a'): Node {
  return aNode(name, { own: false, ...options });
}

function madeFor(workspace: string): object {
  return { 'kaito.sh/workspace': workspace, 'kaito.sh/workspacenamespace': 'default' };
}

function informersOf(workspaces: readonly Workspace[], nodes: readonly Node[]): Informers {
  const caches = fixedCaches(workspaces, nodes);
  return {
    workspaces: informerOf(caches.workspaces),
    machines: informerOf(caches.machines),
    nodeClaims: informerOf(caches.nodeClaims),
    nodePools: informerOf(caches.nodePools),
    nodes: informerOf(caches.nodes),
    deployments: informerOf(caches.deployments),
    statefulSets: informerOf(caches.statefulSets),
    services: informerOf(caches.services),
    pods: informerOf(caches.pods),
  };
}

function informerOf<T extends Caches[keyof Caches]>(cache: T): { readonly cache: T } & Omit<Informer<never>, 'cache'> {
  return { cache, onChange: never, onServed: never, run: never, synced: never };
}

function never(): never {
  throw new Error('nothing is watched here');
}
