import type { KubernetesObject } from '@kaito/controller-runtime';

import { valueAt } from '../../api-server/json.ts';
import { withConditions } from '../conditions.ts';
import { nodes, pods } from '../kinds.ts';
import { conditionOf, conditionsOf, isLeaving, isTrue, textAt } from '../reading.ts';
import { taintsOf } from '../scheduling/taints.ts';
import type { NodeTaint } from '../scheduling/taints.ts';
import { Syncs } from '../syncs.ts';
import type { World } from '../world.ts';
import type { Hosts } from './hosts.ts';
import { NOT_READY, readyStatus, UNINITIALIZED, UNREACHABLE, UNSCHEDULABLE } from './node-object.ts';

const MANAGED: ReadonlySet<string> = new Set([NOT_READY, UNREACHABLE, UNSCHEDULABLE, UNINITIALIZED]);

/**
 * What controller-manager and the cloud's controller do to Nodes: taints by condition, and the end of lost ones.
 * As if some other Node were always well: the real one drives out no pods when none is.
 */
export class NodeLifecycle {
  readonly #world: World;
  readonly #hosts: Hosts;

  static start(world: World, hosts: Hosts): NodeLifecycle {
    return new NodeLifecycle(world, hosts);
  }

  private constructor(world: World, hosts: Hosts) {
    this.#world = world;
    this.#hosts = hosts;
    const syncs = new Syncs(world.schedule, world.behaviour.controllerMs, (name) => {
      this.#sync(name);
    });
    world.on(nodes, ({ event, object }) => {
      if (event !== 'DELETED') {
        syncs.add(object.metadata.name);
      }
    });
    hosts.listen({
      registered: () => undefined,
      back: () => undefined,
      lost: (host) => {
        this.fallSilent(host.vm.nodeName);
      },
    });
  }

  #sync(name: string): void {
    const node = this.#world.get(nodes, name);
    if (node === undefined) {
      return;
    }
    const before = taintsOf(node);
    const wanted = wantedTaints(node, this.#world.now());
    const kept = before.filter(({ key }) => !MANAGED.has(key));
    const set = wanted.map((taint) => before.find((old) => isSame(old, taint)) ?? taint);
    const isRight = before.length === kept.length + set.length && set.every((taint) => before.includes(taint));
    if (!isRight) {
      this.#world.patch(nodes, node, { spec: { taints: [...kept, ...set] } });
    }
  }

  /** Pods of a silent Node are not ready, whatever their kubelet said last. */
  #markPods(name: string): void {
    for (const pod of this.#world.podsOn(name).values()) {
      if (isTrue(pod, 'Ready')) {
        const ready = { ...conditionOf(pod, 'Ready'), type: 'Ready', status: 'False' } as const;
        const conditions = withConditions(conditionsOf(pod), [ready], this.#world.now());
        this.#world.patchStatus(pods, pod, { status: { conditions } });
      }
    }
  }

  /** Nothing is heard of the Node from here on. */
  fallSilent(nodeName: string): void {
    this.#world.after(this.#world.behaviour.nodeUnknownMs, () => {
      this.#declareUnknown(nodeName);
    });
  }

  #declareUnknown(nodeName: string): void {
    const node = this.#world.get(nodes, nodeName);
    if (node === undefined || this.#hosts.speakerOf(nodeName) !== undefined) {
      return;
    }
    this.#world.patchStatus(nodes, node, { status: readyStatus(node, 'unknown', this.#world.now()) });
    this.#markPods(nodeName);
    this.#world.after(this.#world.behaviour.nodeGoneMs, () => {
      this.#deleteIfGone(node);
    });
  }

  /** Asked of the cloud by provider ID: a VM made again under the same one keeps the Node alive. */
  #deleteIfGone(node: KubernetesObject): void {
    const current = this.#world.current(nodes, node);
    const providerId = textAt(node, 'spec', 'providerID') ?? '';
    if (current !== undefined && !isLeaving(current) && !this.#hosts.hasVm(providerId)) {
      this.#world.delete(nodes, current);
    }
  }
}

function wantedTaints(node: KubernetesObject, timeAdded: string): readonly NodeTaint[] {
  const cordon: readonly NodeTaint[] =
    valueAt(node, ['spec', 'unschedulable']) === true ? [{ key: UNSCHEDULABLE, effect: 'NoSchedule', timeAdded }] : [];
  const status = conditionOf(node, 'Ready')?.['status'];
  if (status === 'True' || status === undefined) {
    return status === 'True' ? cordon : [...cordon, { key: NOT_READY, effect: 'NoSchedule', timeAdded }];
  }
  const key = status === 'Unknown' ? UNREACHABLE : NOT_READY;
  return [...cordon, { key, effect: 'NoSchedule', timeAdded }, { key, effect: 'NoExecute', timeAdded }];
}

function isSame(a: NodeTaint, b: NodeTaint): boolean {
  return a.key === b.key && a.effect === b.effect;
}
