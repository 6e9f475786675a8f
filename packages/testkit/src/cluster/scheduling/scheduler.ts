import type { KubernetesObject } from '@kaito/controller-runtime';

import { valueAt } from '../../api-server/json.ts';
import type { Change } from '../../api-server/table.ts';
import { withConditions } from '../conditions.ts';
import { nodes, pods } from '../kinds.ts';
import { needsOf } from '../pod-spec.ts';
import { byName, conditionsOf, isLeaving, isOverPod, keyText, textAt } from '../reading.ts';
import { Syncs } from '../syncs.ts';
import type { World } from '../world.ts';
import { isChosenByLabels } from './node-needs.ts';
import { lackingResources } from './room.ts';
import { isTolerated, taintsOf } from './taints.ts';

const PASS = 'pass';
const UNSCHEDULABLE_TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** kube-scheduler: binds pods to nodes, or says why it cannot. */
export class Scheduler {
  readonly #world: World;
  readonly #waiting = new Map<string, KubernetesObject>();
  readonly #passes: Syncs;

  static start(world: World): Scheduler {
    return new Scheduler(world);
  }

  private constructor(world: World) {
    this.#world = world;
    this.#passes = new Syncs(world.schedule, world.behaviour.schedulingMs, () => {
      this.#pass();
    });
    world.on(pods, (change) => {
      this.#podChanged(change);
    });
    world.on(nodes, () => {
      this.#tryAgain();
    });
  }

  #podChanged(change: Change): void {
    const { event, object } = change;
    const key = keyText(object.metadata);
    const isBound = textAt(object, 'spec', 'nodeName') !== undefined;
    if (event === 'DELETED' || isBound || isLeaving(object)) {
      this.#waiting.delete(key);
      if (isBound && hasMadeRoom(change)) {
        this.#tryAgain();
      }
      return;
    }
    this.#waiting.set(key, object);
    if (event === 'ADDED') {
      this.#passes.add(PASS);
    }
  }

  #tryAgain(): void {
    if (this.#waiting.size > 0) {
      this.#passes.add(PASS);
    }
  }

  #pass(): void {
    for (const pod of this.#waiting.values()) {
      const current = this.#world.current(pods, pod);
      if (current !== undefined && !isLeaving(current)) {
        this.#place(current);
      }
    }
  }

  #place(pod: KubernetesObject): void {
    const candidates = [...this.#world.all(nodes).values()].toSorted(byName);
    const objections = candidates.map((node) => this.#objections(pod, node));
    const fit = candidates.filter((_, index) => objections[index]?.length === 0);
    const [chosen] = fit.toSorted((a, b) => this.#load(a) - this.#load(b));
    if (chosen === undefined) {
      this.#refuse(pod, reasonText(objections));
    } else {
      this.#bind(pod, chosen);
    }
  }

  /** Of the first kind that there are: who is kept away is not told that there is no room. */
  #objections(pod: KubernetesObject, node: KubernetesObject): readonly string[] {
    const needs = needsOf(pod);
    if (valueAt(node, ['spec', 'unschedulable']) === true && !isTolerated(UNSCHEDULABLE_TAINT, needs)) {
      return ['node(s) were unschedulable'];
    }
    if (taintsOf(node).some((taint) => taint.effect !== 'PreferNoSchedule' && !isTolerated(taint, needs))) {
      return ['node(s) had untolerated taint(s)'];
    }
    if (!isChosenByLabels(node, needs)) {
      return ["node(s) didn't match Pod's node affinity/selector"];
    }
    const lacking = lackingResources(node, needs, this.#world.podsOn(node.metadata.name).values());
    return lacking.map((name) => (name === 'pods' ? 'Too many pods' : `Insufficient ${name}`));
  }

  #load({ metadata }: KubernetesObject): number {
    return this.#world.podsOn(metadata.name).size;
  }

  #bind(pod: KubernetesObject, node: KubernetesObject): void {
    this.#world.patch(pods, pod, { spec: { nodeName: node.metadata.name } });
    const bound = this.#world.server.get({ type: pods, key: pod.metadata }) ?? pod;
    this.#setCondition(bound, { type: 'PodScheduled', status: 'True' });
  }

  #refuse(pod: KubernetesObject, message: string): void {
    this.#setCondition(pod, { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message });
  }

  #setCondition(pod: KubernetesObject, condition: Parameters<typeof withConditions>[1][number]): void {
    const conditions = withConditions(conditionsOf(pod), [condition], this.#world.now());
    this.#world.patchStatus(pods, pod, { status: { conditions } });
  }
}

function hasMadeRoom({ before, event, object }: Change): boolean {
  return event === 'DELETED' || (before !== undefined && isOverPod(object) && !isOverPod(before));
}

/** As the real one says it, without its words about preemption. */
function reasonText(objections: readonly (readonly string[])[]): string {
  const counts = new Map<string, number>();
  for (const reason of objections.flat()) {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`).toSorted();
  return parts.length === 0
    ? 'no nodes available to schedule pods'
    : `0/${objections.length} nodes are available: ${parts.join(', ')}.`;
}
