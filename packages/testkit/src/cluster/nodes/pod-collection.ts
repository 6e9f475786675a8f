import type { KubernetesObject } from '@kaito/controller-runtime';

import { withConditions } from '../conditions.ts';
import { nodes, pods } from '../kinds.ts';
import { conditionsOf, isOverPod, textAt } from '../reading.ts';
import type { World } from '../world.ts';

const COLLECTED = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'DeletionByPodGC',
  message: 'PodGC: node no longer exists',
} as const;

/** Ends pods whose Node is not there: no kubelet will. */
export class PodCollection {
  readonly #world: World;

  static start(world: World): PodCollection {
    return new PodCollection(world);
  }

  private constructor(world: World) {
    this.#world = world;
    world.on(nodes, ({ event, object }) => {
      for (const pod of event === 'DELETED' ? world.podsOn(object.metadata.name).values() : []) {
        this.#collectLater(pod, object.metadata.name);
      }
    });
    world.on(pods, ({ before, event, object }) => {
      const nodeName = textAt(object, 'spec', 'nodeName');
      const wasThere = before !== undefined && textAt(before, 'spec', 'nodeName') === nodeName;
      if (event !== 'DELETED' && nodeName !== undefined && !wasThere && world.get(nodes, nodeName) === undefined) {
        this.#collectLater(object, nodeName);
      }
    });
  }

  #collectLater(pod: KubernetesObject, nodeName: string): void {
    this.#world.after(this.#world.behaviour.podCollectionMs, () => {
      const current = this.#world.current(pods, pod);
      if (current !== undefined && this.#world.get(nodes, nodeName) === undefined) {
        this.#end(current);
      }
    });
  }

  #end(pod: KubernetesObject): void {
    if (!isOverPod(pod)) {
      const conditions = withConditions(conditionsOf(pod), [COLLECTED], this.#world.now());
      this.#world.patchStatus(pods, pod, { status: { phase: 'Failed', conditions } });
    }
    this.#world.delete(pods, pod, 0);
  }
}
