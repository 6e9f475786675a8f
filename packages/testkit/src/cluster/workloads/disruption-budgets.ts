import type { KubernetesObject } from '@kaito/controller-runtime';

import { fieldsOf, valueAt } from '../../api-server/json.ts';
import { withConditions } from '../conditions.ts';
import { deployments, disruptionBudgets, pods, replicaSets, statefulSets } from '../kinds.ts';
import { selectorOf } from '../label-selector.ts';
import { conditionsOf, controllerUid, isActivePod, isTrue, keyText } from '../reading.ts';
import { Syncs } from '../syncs.ts';
import type { World } from '../world.ts';
import { countOf, replicasOf } from './counting.ts';

/** Says of every PodDisruptionBudget how many pods may be evicted. */
export class DisruptionBudgets {
  readonly #world: World;

  static start(world: World): DisruptionBudgets {
    return new DisruptionBudgets(world);
  }

  private constructor(world: World) {
    this.#world = world;
    const syncs = new Syncs(world.schedule, world.behaviour.controllerMs, (key) => {
      this.#sync(key);
    });
    world.on(disruptionBudgets, ({ object }) => {
      syncs.add(keyText(object.metadata));
    });
    world.on(pods, ({ object }) => {
      for (const budget of world.all(disruptionBudgets).values()) {
        if (isCovered(budget, object)) {
          syncs.add(keyText(budget.metadata));
        }
      }
    });
  }

  #sync(key: string): void {
    const budget = this.#world.get(disruptionBudgets, key);
    if (budget === undefined) {
      return;
    }
    const covered = [...this.#world.all(pods).values()].filter((pod) => isCovered(budget, pod) && isActivePod(pod));
    const currentHealthy = covered.filter((pod) => isTrue(pod, 'Ready')).length;
    const { desiredHealthy, expectedPods } = this.#expectation(budget, covered);
    const disruptionsAllowed = expectedPods === 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
    const condition = {
      type: 'DisruptionAllowed',
      status: disruptionsAllowed > 0 ? 'True' : 'False',
      reason: disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    } as const;
    this.#world.patchStatus(disruptionBudgets, budget, {
      status: {
        observedGeneration: budget.metadata.generation,
        currentHealthy,
        desiredHealthy,
        expectedPods,
        disruptionsAllowed,
        conditions: withConditions(conditionsOf(budget), [condition], this.#world.now()),
      },
    });
  }

  #expectation(
    budget: KubernetesObject,
    covered: readonly KubernetesObject[],
  ): { readonly desiredHealthy: number; readonly expectedPods: number } {
    const { maxUnavailable, minAvailable } = fieldsOf(budget['spec']);
    if (typeof minAvailable === 'number') {
      return { desiredHealthy: minAvailable, expectedPods: covered.length };
    }
    const expectedPods = this.#scaleOf(covered);
    const desiredHealthy =
      minAvailable === undefined
        ? expectedPods - (countOf(maxUnavailable, expectedPods, 'up') ?? 0)
        : (countOf(minAvailable, expectedPods, 'up') ?? 0);
    return { desiredHealthy: Math.max(0, desiredHealthy), expectedPods };
  }

  /** How many pods their controllers are asked for. */
  #scaleOf(covered: readonly KubernetesObject[]): number {
    const scales = new Map<string, number>();
    for (const pod of covered) {
      const controller = this.#controllerOf(pod);
      scales.set(controller?.metadata.uid ?? '', controller === undefined ? 0 : replicasOf(controller));
    }
    return [...scales.values()].reduce((total, scale) => total + scale, 0);
  }

  #controllerOf(pod: KubernetesObject): KubernetesObject | undefined {
    const uid = controllerUid(pod);
    const set = this.#find(replicaSets, uid);
    return set === undefined ? this.#find(statefulSets, uid) : (this.#find(deployments, controllerUid(set)) ?? set);
  }

  #find(type: Parameters<World['all']>[0], uid: string | undefined): KubernetesObject | undefined {
    return [...this.#world.all(type).values()].find(({ metadata }) => metadata.uid === uid);
  }
}

function isCovered(budget: KubernetesObject, { metadata }: KubernetesObject): boolean {
  return (
    metadata.namespace === budget.metadata.namespace &&
    selectorOf(valueAt(budget, ['spec', 'selector']))(metadata.labels ?? {})
  );
}
