import type { KubernetesObject } from '@kaito/controller-runtime';

import { pods } from '../kinds.ts';
import type { Host, Hosts } from '../nodes/hosts.ts';
import { needsOf } from '../pod-spec.ts';
import { isLeaving, isOverPod, textAt } from '../reading.ts';
import type { World } from '../world.ts';
import type { PodFate } from './pod-fate.ts';
import { PodRun } from './pod-run.ts';

/** A server runs until it is stopped, a job's pod until its work is done. */
function ordinaryFate(pod: KubernetesObject): PodFate {
  return { kind: needsOf(pod).restartPolicy === 'Always' ? 'Runs' : 'Completes' };
}

/** The kubelets of all hosts. */
export class Kubelets {
  readonly #world: World;
  readonly #hosts: Hosts;
  readonly #runs = new Map<string, PodRun>();
  #fateOf: (pod: KubernetesObject) => PodFate | undefined = () => undefined;

  constructor(world: World, hosts: Hosts) {
    this.#world = world;
    this.#hosts = hosts;
    world.on(pods, ({ event, object }) => {
      if (event === 'DELETED') {
        this.#forget(object.metadata.uid);
      } else {
        this.#see(object);
      }
    });
    const takeUp = ({ vm }: Host): void => {
      for (const pod of world.podsOn(vm.nodeName).values()) {
        this.#see(pod);
      }
    };
    hosts.listen({
      registered: takeUp,
      back: takeUp,
      lost: (host) => {
        this.#drop(host);
      },
    });
  }

  /** From here on; undefined leaves a pod to the ordinary. */
  decideFates(fateOf: (pod: KubernetesObject) => PodFate | undefined): void {
    this.#fateOf = fateOf;
    for (const run of this.#runs.values()) {
      run.reconsider();
    }
  }

  /** The containers of the pod are killed, once. */
  kill({ metadata }: KubernetesObject): void {
    this.#runs.get(metadata.uid)?.kill();
  }

  #see(pod: KubernetesObject): void {
    const nodeName = textAt(pod, 'spec', 'nodeName');
    const host = nodeName === undefined ? undefined : this.#hosts.speakerOf(nodeName);
    if (host === undefined) {
      return;
    }
    const run = this.#runs.get(pod.metadata.uid) ?? this.#start(pod, host);
    if (isLeaving(pod)) {
      run?.terminate();
    }
  }

  #start(pod: KubernetesObject, host: Host): PodRun | undefined {
    if (isOverPod(pod)) {
      return undefined;
    }
    const fateOf = (one: KubernetesObject): PodFate => this.#fateOf(one) ?? ordinaryFate(one);
    const run = new PodRun({ world: this.#world, host, pod, fateOf });
    this.#runs.set(pod.metadata.uid, run);
    return run;
  }

  #forget(uid: string): void {
    this.#runs.get(uid)?.drop();
    this.#runs.delete(uid);
  }

  #drop(host: Host): void {
    for (const [uid, run] of this.#runs) {
      if (run.host === host) {
        this.#forget(uid);
      }
    }
  }
}
