import type { KubernetesObject } from '@kaito/controller-runtime';

import { fieldsOf } from '../../api-server/json.ts';
import { withConditions } from '../conditions.ts';
import { nodes, pods } from '../kinds.ts';
import { needsOf } from '../pod-spec.ts';
import type { PodNeeds } from '../pod-spec.ts';
import { conditionsOf, isLeaving, textAt } from '../reading.ts';
import { taintsOf, tolerates } from '../scheduling/taints.ts';
import type { NodeTaint } from '../scheduling/taints.ts';
import type { World } from '../world.ts';

/** What the API server has every pod tolerate a Node that is not Ready. */
const DEFAULT_SECONDS = 300;

const EVICTED = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'DeletionByTaintManager',
  message: 'Taint manager: deleting due to NoExecute taint',
} as const;

/** Deletes pods from Nodes whose NoExecute taints they do not tolerate, or not for so long. */
export class TaintEviction {
  readonly #world: World;
  /** By the pod's uid: how to call its eviction off, and for which taints it was set. */
  readonly #due = new Map<string, { readonly taints: unknown; readonly cancel: () => void }>();

  static start(world: World): TaintEviction {
    return new TaintEviction(world);
  }

  private constructor(world: World) {
    this.#world = world;
    world.on(nodes, ({ before, event, object }) => {
      if (event === 'DELETED' || fieldsOf(before?.['spec'])['taints'] === fieldsOf(object['spec'])['taints']) {
        return;
      }
      for (const pod of world.podsOn(object.metadata.name).values()) {
        this.#consider(pod, object);
      }
    });
    world.on(pods, ({ before, event, object }) => {
      const nodeName = textAt(object, 'spec', 'nodeName');
      const node = nodeName === undefined ? undefined : world.get(nodes, nodeName);
      if (event === 'DELETED') {
        this.#callOff(object);
      } else if (node !== undefined && (before === undefined || before['spec'] !== object['spec'])) {
        this.#consider(object, node);
      }
    });
  }

  #consider(pod: KubernetesObject, node: KubernetesObject): void {
    const taints = taintsOf(node).filter(({ effect }) => effect === 'NoExecute');
    const delayMs = Math.min(...taints.map((taint) => this.#patienceMs(taint, needsOf(pod))), Infinity);
    const known = this.#due.get(pod.metadata.uid);
    const key = JSON.stringify(taints);
    if (known?.taints === key) {
      return;
    }
    this.#callOff(pod);
    if (delayMs !== Infinity) {
      const evict = (): void => {
        this.#evict(pod);
      };
      this.#due.set(pod.metadata.uid, { taints: key, cancel: this.#world.after(delayMs, evict) });
    }
  }

  #patienceMs(taint: NodeTaint, { tolerations }: PodNeeds): number {
    const { controllerMs, evictionMs } = this.#world.behaviour;
    const spans = tolerations
      .filter((toleration) => tolerates(toleration, taint))
      .map(({ tolerationSeconds: seconds = Infinity }) =>
        seconds === DEFAULT_SECONDS ? evictionMs : Math.max(0, seconds) * 1000,
      );
    return spans.length === 0 ? controllerMs : Math.max(controllerMs, Math.min(...spans));
  }

  #evict(pod: KubernetesObject): void {
    this.#due.delete(pod.metadata.uid);
    const current = this.#world.current(pods, pod);
    if (current === undefined || isLeaving(current)) {
      return;
    }
    const conditions = withConditions(conditionsOf(current), [EVICTED], this.#world.now());
    this.#world.patchStatus(pods, current, { status: { conditions } });
    this.#world.delete(pods, current);
  }

  #callOff({ metadata }: KubernetesObject): void {
    this.#due.get(metadata.uid)?.cancel();
    this.#due.delete(metadata.uid);
  }
}
