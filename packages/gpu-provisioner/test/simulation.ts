import { isApiError, noMetrics } from '@kaito/controller-runtime';
import type { Clock } from '@kaito/controller-runtime';

import { Evictions } from '../src/core/deletion/evictions.ts';
import { LaunchStalls } from '../src/core/launch/launch-stalls.ts';
import { provisionerMetrics } from '../src/metrics/provisioner-metrics.ts';
import { Pools } from '../src/pools.ts';
import { reconcile } from '../src/reconcile.ts';
import { settings } from './settings.ts';
import { SimulatedCloud, typicalCloud } from './simulated-cloud.ts';
import type { CloudBehaviour } from './simulated-cloud.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import { unreadableRegion } from './unreadable-region.ts';

const START = Date.UTC(2026, 0, 1);

/** The process dies here. */
class Crash extends Error {
  override readonly name = 'Crash';
}

/**
 * The provisioner with its world in virtual time. Nothing is reconciled but what a change, a timer or the pools have
 * asked for, so a missing wake-up shows as a state that is never reached.
 */
export class Simulation {
  readonly cloud: SimulatedCloud;
  readonly cluster: SimulatedCluster;
  /** Every point at which the process may die, in the order in which they were passed. */
  readonly points: string[] = [];
  /** Dies at the points of these indexes. */
  crashAt: readonly number[] = [];
  crashes = 0;
  reconciles = 0;
  readonly errors: unknown[] = [];
  #now = START;
  readonly #due = new Map<string, number>();
  #pools: Pools;
  #offerings = unreadableRegion();
  #stalls = new LaunchStalls();
  readonly #clock: Clock = {
    now: () => new Date(this.#now),
    sleep: async () => Promise.reject(new Error('nothing sleeps in a simulation')),
  };

  constructor(behaviour: Partial<CloudBehaviour> = {}) {
    const now = (): number => this.#now;
    const disturb = (point: string): void => {
      this.#pass(point);
    };
    this.cloud = new SimulatedCloud({ now, disturb, behaviour: { ...typicalCloud, ...behaviour } });
    this.cluster = new SimulatedCluster({
      now,
      disturb,
      onChange: (name) => {
        this.#wake([name]);
      },
    });
    this.#pools = this.#newProcess();
  }

  /** Seconds since the beginning. */
  get seconds(): number {
    return (this.#now - START) / 1000;
  }

  /** Lets the world go on until `isOver`, at most this long. */
  async run(isOver: () => boolean, limitSeconds: number): Promise<void> {
    const limit = this.#now + limitSeconds * 1000;
    for (;;) {
      await this.#settle();
      if (isOver()) {
        return;
      }
      const next = this.#nextAt();
      if (next > limit) {
        this.#now = limit;
        return;
      }
      this.#now = Math.max(next, this.#now);
    }
  }

  async runFor(seconds: number): Promise<void> {
    await this.run(() => false, seconds);
  }

  /** A new process, which remembers nothing and lists everything. */
  restart(): void {
    this.#pools = this.#newProcess();
    this.#offerings = unreadableRegion();
    this.#stalls = new LaunchStalls();
    this.cluster.evictions = new Evictions();
    this.#wake([...this.cluster.machines.keys()]);
  }

  /** Everything that can be done now. */
  async #settle(): Promise<void> {
    for (let round = 0; round < 1_000; round += 1) {
      this.cluster.syncNodes(this.cloud.vms());
      const name = [...this.#due].find(([, at]) => at <= this.#now)?.[0];
      if (name !== undefined) {
        this.#due.delete(name);
        await this.#survive(async () => this.#reconcile(name));
      } else if (this.#pools.nextLookAt().getTime() <= this.#now) {
        await this.#survive(async () => this.#pools.look(new AbortController().signal));
      } else {
        return;
      }
    }
    throw new Error('the provisioner does not come to rest');
  }

  async #reconcile(name: string): Promise<void> {
    this.reconciles += 1;
    const world = {
      cluster: this.cluster,
      pools: this.#pools,
      guard: { isAlert: false, mayCollect: () => true },
      offerings: this.#offerings,
      stalls: this.#stalls,
      told: new Set<string>(),
      settings,
      clock: this.#clock,
      metrics: provisionerMetrics(noMetrics),
    };
    try {
      const requeueAfterMs = await reconcile(name, world, new AbortController().signal);
      if (requeueAfterMs !== undefined) {
        this.#wake([name], requeueAfterMs);
      }
    } catch (error) {
      if (error instanceof Crash) {
        throw error;
      }
      this.errors.push(error);
      this.#wake([name], isApiError(error, 'Conflict') ? 10 : 1_000);
    }
  }

  async #survive(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Crash)) {
        throw error;
      }
      this.crashes += 1;
      this.restart();
    }
  }

  #newProcess(): Pools {
    return new Pools({
      cloud: this.cloud,
      clock: this.#clock,
      settings,
      onNews: (names) => {
        this.#wake(names);
      },
    });
  }

  #wake(names: readonly string[], afterMs = 0): void {
    for (const name of names) {
      const at = this.#now + afterMs;
      this.#due.set(name, Math.min(this.#due.get(name) ?? at, at));
    }
  }

  #nextAt(): number {
    return Math.min(
      ...this.#due.values(),
      this.#pools.nextLookAt().getTime(),
      this.cloud.nextChangeAt() ?? Number.POSITIVE_INFINITY,
    );
  }

  #pass(point: string): void {
    const index = this.points.length;
    this.points.push(point);
    if (this.crashAt.includes(index)) {
      throw new Crash(point);
    }
  }
}
