import type { KubernetesObject } from '@kaito/controller-runtime';

import { pods, replicaSets } from '../kinds.ts';
import { isActivePod, isLeaving, isTrue, keyText, phaseOf, textAt } from '../reading.ts';
import type { Syncs } from '../syncs.ts';
import type { World } from '../world.ts';
import { availableAt, replicasOf } from './counting.ts';
import { ownedSyncs } from './owned-syncs.ts';
import { podOf } from './template.ts';

/** Keeps as many pods as a ReplicaSet asks for. */
export class ReplicaSets {
  readonly #world: World;
  readonly #syncs: Syncs;

  static start(world: World): ReplicaSets {
    return new ReplicaSets(world);
  }

  private constructor(world: World) {
    this.#world = world;
    this.#syncs = ownedSyncs(world, { owner: replicaSets }, (set) => {
      this.#sync(set);
    });
  }

  #sync(set: KubernetesObject): void {
    const active = this.#activePods(set);
    const missing = replicasOf(set) - active.length;
    if (!isLeaving(set)) {
      for (let made = 0; made < missing; made += 1) {
        this.#world.create(pods, podOf(set, replicaSets));
      }
      for (const pod of active.toSorted(byExpendability).slice(0, Math.max(0, -missing))) {
        this.#world.delete(pods, pod);
      }
    }
    this.#writeStatus(set, active);
  }

  #activePods(set: KubernetesObject): readonly KubernetesObject[] {
    return [...this.#world.controlledBy(set).values()].filter(isActivePod);
  }

  /** Of the pods that there were before this sync: what it has made or deleted comes with the next. */
  #writeStatus(set: KubernetesObject, active: readonly KubernetesObject[]): void {
    const nowMs = this.#world.schedule.now().getTime();
    const times = active.map((pod) => availableAt(pod, set));
    const later = times.find((time) => time !== undefined && time > nowMs);
    if (later !== undefined) {
      this.#syncs.addLater(keyText(set.metadata), later - nowMs);
    }
    this.#world.patchStatus(replicaSets, set, {
      status: {
        replicas: active.length,
        fullyLabeledReplicas: active.length,
        readyReplicas: active.filter((pod) => isTrue(pod, 'Ready')).length,
        availableReplicas: times.filter((time) => time !== undefined && time <= nowMs).length,
        observedGeneration: set.metadata.generation,
      },
    });
  }
}

/** Whom one misses least comes first: without a node, not running, not ready, young. */
function byExpendability(a: KubernetesObject, b: KubernetesObject): number {
  return worthOf(a) - worthOf(b) || (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1);
}

function worthOf(pod: KubernetesObject): number {
  const isPlaced = textAt(pod, 'spec', 'nodeName') !== undefined;
  return (isPlaced ? 4 : 0) + (phaseOf(pod) === 'Running' ? 2 : 0) + (isTrue(pod, 'Ready') ? 1 : 0);
}
