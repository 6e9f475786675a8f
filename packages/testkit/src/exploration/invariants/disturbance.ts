import { STALL_MS } from '../../simulation/world.ts';
import type { World } from '../../simulation/world.ts';
import type { Observer } from './invariant.ts';

/** Until when something went wrong: bounds in time count from there. */
export class Disturbance {
  readonly #world: World;
  #atMs = 0;

  constructor(world: World) {
    this.#world = world;
  }

  readonly onCall: NonNullable<Observer['onCall']> = (_call, _replica, _effect, fault) => {
    if (fault !== undefined) {
      const endsMs = this.#world.time.elapsedMs + (fault === 'two-leaders' ? STALL_MS : 0);
      this.#atMs = Math.max(this.#atMs, endsMs);
    }
  };

  /** How long it has been so that nothing else explains it. */
  undisturbedMs(sinceMs: number): number {
    return this.#world.time.elapsedMs - Math.max(sinceMs, this.#atMs);
  }
}
