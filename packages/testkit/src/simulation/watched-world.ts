import type { KubernetesObject, ResourceType } from '@kaito/controller-runtime';

import type { Replica } from './replica.ts';
import { Seen } from './seen.ts';
import { World } from './world.ts';
import type { WorldOptions } from './world.ts';

const MINUTE_MS = 60_000;
/** No world of a test comes near that. */
const LIMIT_STEPS = 200_000;

interface Named {
  readonly name: string;
  readonly namespace?: string;
}

/** A world that tests look at and change by hand, with all that happened in it. */
export class WatchedWorld {
  readonly world: World;
  readonly seen: Seen;
  #steps = 0;

  constructor(options: Omit<WorldOptions, 'faults' | 'witness'>) {
    this.seen = new Seen();
    this.world = new World({ ...options, faults: [], witness: { onCall: this.seen.onCall } });
    this.seen.begin(this.world);
  }

  get nowMs(): number {
    return this.world.time.elapsedMs;
  }

  /** Those that run, the oldest first. */
  get replicas(): readonly Replica[] {
    return [...this.world.replicas];
  }

  end(): void {
    this.world.end();
  }

  /** Lets time pass until it is so; throws, telling what was seen last, when it is not so after `limitMs`. */
  async until(isSo: () => boolean, limitMs = 30 * MINUTE_MS): Promise<void> {
    const endMs = this.nowMs + limitMs;
    while (!isSo()) {
      if (!(await this.#step(endMs))) {
        this.#checkAlive();
        throw new Error(`it did not come true within ${limitMs} ms; last seen:\n${this.seen.tail(25)}`);
      }
    }
    this.#checkAlive();
  }

  async advance(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    // What is due keeps time going up to its own end.
    this.world.time.after(ms, () => undefined);
    while (await this.#step(endMs)) {
      // whatever is due happens
    }
    this.#checkAlive();
  }

  get(type: ResourceType, name: string, namespace?: string): KubernetesObject | undefined {
    return this.world.server.get({ type, key: { name, ...(namespace !== undefined && { namespace }) } });
  }

  list(type: ResourceType): readonly KubernetesObject[] {
    return this.world.server.list({ type }).items;
  }

  /** What somebody else than the controllers changes, as a merge patch. */
  patch(type: ResourceType, key: Named, body: object): void {
    this.world.server.patch({ type, key, body: { ...body }, fieldManager: 'user' });
  }

  patchStatus(type: ResourceType, key: Named, status: object): void {
    this.world.server.patch({ type, key, subresource: 'status', body: { status }, fieldManager: 'user' });
  }

  delete(type: ResourceType, name: string, namespace?: string): void {
    this.world.server.delete({ type, key: { name, ...(namespace !== undefined && { namespace }) } });
  }

  /** Every replica dies; each has a successor soon. */
  crash(): void {
    this.replicas.forEach((replica) => {
      this.world.crash(replica);
    });
  }

  async #step(endMs: number): Promise<boolean> {
    this.#steps += 1;
    if (this.#steps > LIMIT_STEPS) {
      throw new Error(`the controllers do not come to rest; last seen:\n${this.seen.tail(25)}`);
    }
    return this.world.step(endMs);
  }

  #checkAlive(): void {
    if (this.world.ends.length > 0) {
      throw new Error(`a controller ended by itself: ${String(this.world.ends[0])}`);
    }
  }
}
