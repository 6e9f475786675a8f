import { controller, isApiError, keyOf, keysOfChange } from '@kaito/controller-runtime';
import type { Clock, Controller, EventRecorder, Informer, Kubernetes, Logger } from '@kaito/controller-runtime';
import { fieldManagers } from '@kaito/types';

import type { Delays } from './core/container-run.ts';
import type { AgentPod } from './core/pod.ts';
import { isOver } from './core/pod.ts';
import type { PodStatus } from './core/pod-status.ts';
import { isOwnCondition } from './core/pod-status.ts';
import { agentPods } from './objects.ts';
import type { PodEventNote } from './pod-ports.ts';
import { PodWorker } from './pod-worker.ts';
import type { ProcessHost } from './process-host.ts';

export interface PodKeeperOptions {
  readonly kubernetes: Kubernetes;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly events: EventRecorder;
  readonly pods: Informer<AgentPod>;
  readonly delays: Delays;
  /** Whether the pods of this node are ours to run at the moment. */
  readonly isOurs: (node: string) => boolean;
  /** Undefined: there is no room for another pod. */
  readonly newHost: (pod: AgentPod) => { readonly host: ProcessHost; readonly release: () => void } | undefined;
}

interface Kept {
  readonly key: string;
  readonly uid: string;
  readonly worker: PodWorker;
  readonly host: ProcessHost;
  readonly release: () => void;
  published?: string;
}

const WORKERS = 16;
const FORCED_GRACE_MS = 1000;
/** Whoever stops the agent does not wait for as long as a pod may ask for. */
const STOP_GRACE_MS = 5000;
const fieldManager = fieldManagers.nodeAgent;

/** Runs the pods of our nodes, and tells the API server what became of them. */
export class PodKeeper {
  readonly #options: PodKeeperOptions;
  readonly #kept = new Map<string, Kept>();
  /** By uid: ended, and their objects let go; the cache may still hold them. */
  readonly #finished = new Set<string>();
  readonly #controller: Controller;
  #isStopping = false;
  #onEmpty: (() => void) | undefined;

  constructor(options: PodKeeperOptions) {
    this.#options = options;
    this.#controller = controller({
      ...options,
      name: 'pods',
      kind: 'Pod',
      workers: WORKERS,
      reconcile: async (key, signal) => {
        this.#follow(key);
        await this.#publish(key, signal);
        return undefined;
      },
    });
    this.#controller.watch(options.pods, keysOfChange);
    options.pods.onChange(({ before, after }) => {
      if (before !== undefined && before.metadata.uid !== after?.metadata.uid) {
        this.#finished.delete(before.metadata.uid);
      }
    });
  }

  /** Runs pods until the signal aborts, then ends them all, waits, and returns. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#controller.run(signal);
    this.#isStopping = true;
    for (const { worker } of this.#kept.values()) {
      worker.terminate(Math.min(STOP_GRACE_MS, worker.pod.spec.terminationGracePeriodSeconds * 1000));
    }
    await this.#empty();
  }

  /** The node's machine came, went or changed. */
  nodeChanged(node: string): void {
    for (const pod of this.#options.pods.cache.list()) {
      if (pod.spec.nodeName === node) {
        this.#controller.enqueue(keyOf(pod));
      }
    }
    for (const { key, worker } of this.#kept.values()) {
      if (worker.pod.spec.nodeName === node) {
        this.#controller.enqueue(key);
      }
    }
  }

  find(namespace: string, name: string): { readonly worker: PodWorker; readonly host: ProcessHost } | undefined {
    return this.#byKey(`${namespace}/${name}`).at(-1);
  }

  /** Several at most for a moment: a pod that was deleted by force, and another of its name. */
  #byKey(key: string): readonly Kept[] {
    return [...this.#kept.values()].filter((kept) => kept.key === key);
  }

  /** Begins, updates or ends what runs for the pod of this key. */
  #follow(key: string): void {
    const pod = this.#options.pods.cache.get(key);
    for (const kept of this.#byKey(key)) {
      if (pod?.metadata.uid !== kept.uid) {
        kept.worker.terminate(FORCED_GRACE_MS);
      }
    }
    if (pod?.spec.nodeName === undefined || this.#finished.has(pod.metadata.uid)) {
      return;
    }
    if (this.#options.isOurs(pod.spec.nodeName)) {
      this.#keep(key, pod);
    } else {
      this.#kept.get(pod.metadata.uid)?.worker.terminate(0); // the machine is off, and every program on it
    }
  }

  #keep(key: string, pod: AgentPod): void {
    const { uid, deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
    if (!this.#kept.has(uid)) {
      this.#begin(key, pod);
    }
    const worker = this.#kept.get(uid)?.worker;
    worker?.update(pod);
    if (deletionTimestamp !== undefined) {
      worker?.terminate(deletionGracePeriodSeconds * 1000);
    }
  }

  #begin(key: string, pod: AgentPod): void {
    if (isOver(pod) && pod.metadata.deletionTimestamp === undefined) {
      return; // nothing to run, nothing to tell
    }
    const { clock, delays } = this.#options;
    const made = this.#options.newHost(pod);
    const { uid } = pod.metadata;
    const logger = this.#options.logger.child({ pod: key });
    if (made === undefined) {
      logger.error({}, 'Running a pod failed: every address of the pods is taken');
      return;
    }
    const worker = new PodWorker({
      pod,
      host: made.host,
      clock,
      logger,
      delays,
      onChange: () => {
        this.#controller.enqueue(key);
      },
      onFinished: () => {
        void this.#finish(uid);
      },
      onNote: (note) => {
        this.#note(pod, note);
      },
    });
    this.#kept.set(uid, { key, uid, worker, ...made });
    worker.start();
  }

  #note(pod: AgentPod, { type, reason, message }: PodEventNote): void {
    const { name, namespace, uid } = pod.metadata;
    const regarding = { apiVersion: 'v1', kind: 'Pod', name, namespace, uid };
    this.#options.logger.debug({ pod: `${namespace ?? ''}/${name}`, reason }, message);
    if (type === 'Warning' || reason === 'Killing') {
      this.#options.events.record({ regarding, type, reason, message, action: 'Running' });
    }
  }

  async #publish(key: string, signal: AbortSignal): Promise<void> {
    for (const kept of this.#byKey(key)) {
      const { worker, uid } = kept;
      if (worker.isInTransit || worker.isTerminating || isOver(worker.pod)) {
        continue;
      }
      const status = worker.status();
      const shown = fingerprint(status);
      if (shown !== kept.published) {
        await this.#patchStatus(kept, status, signal);
        kept.published = shown;
        this.#options.logger.debug({ pod: key, uid, phase: status.phase }, 'Published a status');
      }
    }
  }

  async #patchStatus({ uid, worker }: Kept, status: PodStatus, signal: AbortSignal): Promise<void> {
    const { kubernetes, pods } = this.#options;
    const { name, namespace } = worker.pod.metadata;
    try {
      const answer = await kubernetes.patch(
        {
          type: agentPods,
          key: { name, namespace },
          subresource: 'status',
          body: { metadata: { uid }, status: { ...status } },
          fieldManager,
        },
        signal,
      );
      pods.cache.observe(answer);
    } catch (error) {
      if (!isApiError(error, 'NotFound', 'Conflict')) {
        throw error;
      } // it is gone, or another one of its name: the watch tells
    }
  }

  /** Every program has ended: the object may go. */
  async #finish(uid: string): Promise<void> {
    const kept = this.#kept.get(uid);
    if (kept === undefined) {
      return;
    }
    const { host, key } = kept;
    try {
      if (!this.#isStopping) {
        await this.#letGo(kept);
        await host.remove();
      }
    } catch (error) {
      this.#options.logger.error({ err: error, pod: key }, 'Ending a pod failed');
    }
    this.#kept.delete(uid);
    kept.release();
    this.#onEmpty?.();
    this.#controller.enqueue(key); // its machine may run again, or another pod of the name may wait
  }

  async #empty(): Promise<void> {
    while (this.#kept.size > 0) {
      await new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
    }
  }

  /** Repeated until the API server has taken it: nobody else ends this pod. */
  async #letGo(kept: Kept): Promise<void> {
    const { worker, uid } = kept;
    const { kubernetes, clock, logger } = this.#options;
    const { metadata } = worker.pod;
    if (metadata.deletionTimestamp === undefined) {
      return; // its machine is gone; what becomes of the object is for others to decide
    }
    this.#finished.add(uid);
    const { signal } = new AbortController();
    for (let delayMs = 250; ; delayMs = Math.min(delayMs * 2, 10_000)) {
      try {
        const key = { name: metadata.name, namespace: metadata.namespace };
        if ((metadata.finalizers ?? []).length > 0) {
          await this.#patchStatus(kept, worker.status(), signal); // somebody counts how its pods end
        }
        await kubernetes.delete({ type: agentPods, key, preconditions: { uid }, gracePeriodSeconds: 0 }, signal);
        return;
      } catch (error) {
        if (isApiError(error, 'Conflict', 'NotFound')) {
          return;
        }
        logger.warn({ err: error, pod: metadata.name }, 'Letting a pod go failed, trying again');
        await clock.sleep(delayMs, signal);
      }
    }
  }
}

/** What others write into the status does not make ours worth another write. */
function fingerprint(status: PodStatus): string {
  return JSON.stringify({ ...status, conditions: status.conditions.filter(isOwnCondition) });
}
