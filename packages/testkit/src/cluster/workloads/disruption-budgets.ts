import type { KubernetesObject } from '@kaito/controller-runtime';

import { fieldsOf, isFields, valueAt } from '../../api-server/json.ts';
import { isSelectedByTerms } from '../../api-server/selector-terms.ts';
import { withConditions } from '../conditions.ts';
import { deployments, disruptionBudgets, pods, replicaSets, statefulSets } from '../kinds.ts';
import { conditionsOf, isLeaving, isTrue, keyText } from '../reading.ts';
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
    const covered = [...this.#world.all(pods).values()].filter((pod) => isCovered(budget, pod));
    const disrupted = fieldsOf(valueAt(budget, ['status', 'disruptedPods']));
    const staying = covered.filter((pod) => !isLeaving(pod));
    const disruptedPods = Object.fromEntries(
      Object.keys(disrupted).map((name) => [name, staying.some(isNamed(name)) ? disrupted[name] : null]),
    );
    const isHealthy = (pod: KubernetesObject): boolean =>
      isTrue(pod, 'Ready') && disrupted[pod.metadata.name] === undefined;
    const currentHealthy = staying.filter(isHealthy).length;
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
        disruptedPods,
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
    const set = this.#world.controllerOf(replicaSets, pod);
    return set === undefined
      ? this.#world.controllerOf(statefulSets, pod)
      : (this.#world.controllerOf(deployments, set) ?? set);
  }
}

function isNamed(name: string): (pod: KubernetesObject) => boolean {
  return ({ metadata }) => metadata.name === name;
}

function isCovered(budget: KubernetesObject, { metadata }: KubernetesObject): boolean {
  const selector = valueAt(budget, ['spec', 'selector']);
  return (
    metadata.namespace === budget.metadata.namespace &&
    isFields(selector) &&
    isSelectedByTerms(selector, metadata.labels)
  );
}
