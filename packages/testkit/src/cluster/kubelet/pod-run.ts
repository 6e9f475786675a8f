import type { KubernetesObject } from '@kaito/controller-runtime';

import { pods } from '../kinds.ts';
import type { Host } from '../nodes/hosts.ts';
import { needsOf } from '../pod-spec.ts';
import { phaseOf } from '../reading.ts';
import type { World } from '../world.ts';
import { endingOf } from './pod-fate.ts';
import type { Ending, PodFate } from './pod-fate.ts';
import { podStatus } from './pod-status.ts';
import type { PodLook } from './pod-status.ts';

interface RunOptions {
  readonly world: World;
  readonly host: Host;
  readonly pod: KubernetesObject;
  readonly fateOf: (pod: KubernetesObject) => PodFate;
}

const MAX_BACKOFF_MS = 300_000;

/** A pod on its host, from its arrival to its end. One timer at a time. */
export class PodRun {
  readonly #options: RunOptions;
  #cancel: () => void = () => undefined;
  #restarts = 0;
  #last: Ending | undefined;
  #isLeaving = false;
  /** It waits for nothing but that its fate changes. */
  #isStuck = false;

  constructor(options: RunOptions) {
    this.#options = options;
    const isTakenOver = phaseOf(options.pod) === 'Running';
    this.#later(0, () => {
      if (isTakenOver) {
        this.#run();
      } else {
        this.#pull();
      }
    });
  }

  get host(): Host {
    return this.#options.host;
  }

  /** Nothing goes on: the pod is gone, or its host is. */
  drop(): void {
    this.#cancel();
  }

  terminate(): void {
    if (this.#isLeaving) {
      return;
    }
    this.#isLeaving = true;
    const { world } = this.#options;
    this.#later(world.behaviour.terminationMs, (pod) => {
      world.delete(pods, pod, 0);
    });
  }

  /** Its containers are killed, once; they are started again. */
  kill(): void {
    if (!this.#isLeaving) {
      this.#later(0, () => {
        this.#end({ exitCode: 137, reason: 'Error' });
      });
    }
  }

  /** Its fate may have changed. */
  reconsider(): void {
    if (this.#isStuck && !this.#isLeaving) {
      this.#isStuck = false;
      const isStarted = this.#hasImages();
      this.#later(0, () => {
        if (isStarted) {
          this.#run();
        } else {
          this.#pull();
        }
      });
    }
  }

  #pull(): void {
    const { fateOf, host, pod, world } = this.#options;
    const { behaviour } = world;
    const images = this.#images();
    const isThere = this.#hasImages();
    this.#show({ phase: 'Pending', state: { kind: 'Waiting', reason: 'ContainerCreating' } });
    this.#later(isThere ? 0 : behaviour.imagePullMs, () => {
      if (fateOf(pod).kind === 'ImageMissing') {
        this.#failToPull(images[0] ?? '');
        return;
      }
      images.forEach((image) => host.images.add(image));
      this.#later(behaviour.containerStartMs, () => {
        this.#run();
      });
    });
  }

  #images(): readonly string[] {
    return needsOf(this.#options.pod).containers.map(({ image }) => image);
  }

  #hasImages(): boolean {
    return this.#images().every((image) => this.#options.host.images.has(image));
  }

  #failToPull(image: string): void {
    const message = `failed to pull and unpack image "${image}": not found`;
    this.#show({ phase: 'Pending', state: { kind: 'Waiting', reason: 'ErrImagePull', message } });
    this.#later(this.#options.world.behaviour.crashBackoffMs, () => {
      const backOff = `Back-off pulling image "${image}"`;
      this.#show({ phase: 'Pending', state: { kind: 'Waiting', reason: 'ImagePullBackOff', message: backOff } });
      this.#isStuck = true;
    });
  }

  #run(): void {
    const { fateOf, pod, world } = this.#options;
    const fate = fateOf(pod);
    const ending = endingOf(fate);
    this.#show({ phase: 'Running', state: { kind: 'Running' } });
    if (ending !== undefined) {
      const { afterMs = world.behaviour.containerReadyMs, ...how } = ending;
      this.#later(afterMs, () => {
        this.#end(how);
      });
    } else if (fate.kind === 'Runs') {
      this.#later(world.behaviour.containerReadyMs, () => {
        this.#show({ phase: 'Running', state: { kind: 'Running' }, isReady: true });
      });
    } else {
      this.#isStuck = true;
    }
  }

  #end(ending: Ending): void {
    const { pod } = this.#options;
    const { restartPolicy } = needsOf(pod);
    const isSuccess = ending.exitCode === 0;
    const state = { kind: 'Terminated', ending } as const;
    if (restartPolicy === 'Never' || (isSuccess && restartPolicy === 'OnFailure')) {
      this.#show({ phase: isSuccess ? 'Succeeded' : 'Failed', state });
    } else {
      this.#show({ phase: 'Running', state });
      this.#later(0, () => {
        this.#backOff(ending);
      });
    }
  }

  #backOff(ending: Ending): void {
    const { crashBackoffMs, crashesShown } = this.#options.world.behaviour;
    this.#last = ending;
    this.#restarts += 1;
    const message = 'back-off restarting failed container';
    this.#show({ phase: 'Running', state: { kind: 'Waiting', reason: 'CrashLoopBackOff', message } });
    if (this.#restarts >= crashesShown) {
      this.#isStuck = true;
      return;
    }
    this.#later(Math.min(MAX_BACKOFF_MS, crashBackoffMs * 2 ** (this.#restarts - 1)), () => {
      this.#run();
    });
  }

  #show(look: PodLook): void {
    const { pod, world } = this.#options;
    const current = world.current(pods, pod);
    if (current === undefined) {
      return;
    }
    const full = { ...look, restarts: this.#restarts, ...(this.#last !== undefined && { last: this.#last }) };
    world.patchStatus(pods, current, { status: podStatus(current, full, world.now()) });
  }

  #later(ms: number, act: (pod: KubernetesObject) => void): void {
    const { pod, world } = this.#options;
    this.#cancel();
    this.#cancel = world.after(ms, () => {
      const current = world.current(pods, pod);
      if (current !== undefined) {
        act(current);
      }
    });
  }
}
