import { World } from '@kaito/testkit';
import type { Call } from '@kaito/testkit';
import { labels, machines } from '@kaito/types';

import { claimManifest } from './claims.ts';
import { MomentBook } from './moment-book.ts';
import type { CloudCall, CloudSettings, Moments, Stage } from './stage.ts';

const VERBS: Readonly<Record<string, CloudCall['verb']>> = {
  create: 'PUT',
  delete: 'DELETE',
  get: 'GET',
  list: 'LIST',
  abort: 'POST',
};

/** The simulated world: time passes when something is due. */
export class VirtualStage implements Stage {
  readonly #world: World;
  readonly #book: MomentBook;
  readonly #calls: CloudCall[] = [];

  constructor(settings: CloudSettings) {
    const { concurrency, deletionSeconds, nodeSeconds, poolSeconds, quotas, readySeconds } = settings;
    const world = new World({
      seed: 1,
      faults: [],
      timeScale: 1,
      cloud: {
        vmBootedMs: nodeSeconds * 1000,
        poolReadyMs: poolSeconds * 1000,
        deletionMs: deletionSeconds * 1000,
        concurrency,
        quotas,
      },
      cluster: { nodeRegisteredMs: 0, nodeReadyMs: (readySeconds - nodeSeconds) * 1000 },
      witness: {
        onCall: (call) => {
          this.#take(call);
        },
      },
    });
    this.#world = world;
    this.#book = new MomentBook(() => world.time.elapsedMs);
    this.#watch();
    world.startReplica('gpu-provisioner');
  }

  get nowMs(): number {
    return this.#world.time.elapsedMs;
  }

  async createClaim(name: string): Promise<void> {
    this.#world.server.create({ type: machines, manifest: claimManifest(name), fieldManager: 'bench' });
  }

  async deleteClaim(name: string): Promise<void> {
    this.#world.server.delete({ type: machines, key: { name } });
  }

  of(name: string): Moments {
    return this.#book.of(name);
  }

  async until(what: string, isSo: () => boolean, limitSeconds: number): Promise<void> {
    const endMs = this.nowMs + limitSeconds * 1000;
    while (!isSo()) {
      if (!(await this.#world.step(endMs))) {
        throw new Error(`not ${what} within ${limitSeconds} s`);
      }
    }
  }

  async pause(seconds: number): Promise<void> {
    const endMs = this.nowMs + seconds * 1000;
    this.#world.time.after(seconds * 1000, () => undefined);
    while (await this.#world.step(endMs)) {
      // whatever is due happens
    }
  }

  async kill(): Promise<void> {
    for (const replica of this.#world.replicas) {
      this.#world.kill(replica);
    }
  }

  async start(): Promise<void> {
    this.#world.startReplica('gpu-provisioner');
  }

  async calls(): Promise<readonly CloudCall[]> {
    return [...this.#calls];
  }

  async usage(): Promise<undefined> {
    return undefined;
  }

  async stop(): Promise<void> {
    this.#world.end();
  }

  #watch(): void {
    const world = this.#world;
    const { cloud, server } = world;
    server.onChange(({ event, object, type }) => {
      if (type.plural === machines.plural) {
        this.#book.takeClaim(object.metadata.name, event === 'DELETED' ? undefined : object);
      } else if (type.plural === 'nodes') {
        this.#book.takeNode(object.metadata.labels?.[labels.agentPool], object);
      } else if (type.plural === 'events') {
        this.#book.takeEvent(object);
      }
    });
    cloud.onEvent((event) => {
      if (event.kind === 'PoolChanged' || event.kind === 'PoolGone') {
        this.#book.note(event.pool.name, event.kind === 'PoolGone' ? 'poolGone' : 'poolMade');
        this.#book.notePoolSeen(event.pool.name, world.time.elapsedMs);
      }
    });
  }

  #take({ system, target, verb }: Call): void {
    if (system === 'cloud') {
      this.#calls.push({ verb: VERBS[verb] ?? 'GET', isCompute: !target.startsWith('agentpools') });
    }
  }
}
