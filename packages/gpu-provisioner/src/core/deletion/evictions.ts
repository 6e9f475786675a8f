import { msBetween } from '../time.ts';

/** What keeps a pod from being evicted; several budgets at once are more than the eviction API can judge. */
export type EvictionObstacle = 'Budget' | 'SeveralBudgets';

export interface RefusedEviction {
  readonly at: Date;
  /** How many there were in a row. */
  readonly count: number;
  readonly obstacle: EvictionObstacle;
}

/** A pod that was told to go, which the cache may not show yet. */
export interface ToldToGo {
  readonly at: Date;
  readonly how: 'Evicted' | 'Deleted';
}

export interface PodMemory {
  readonly refused?: RefusedEviction;
  readonly told?: ToldToGo;
}

/** Pods are gone, and their caches up to date, long before. */
const KEPT_MS = 3_600_000;

/** What came of telling pods to go, by pod uid. */
export class Evictions {
  readonly #known = new Map<string, PodMemory>();

  get(podUid: string): PodMemory {
    return this.#known.get(podUid) ?? {};
  }

  refused(podUid: string, at: Date, obstacle: EvictionObstacle): void {
    this.#keep(podUid, at, { refused: { at, count: (this.get(podUid).refused?.count ?? 0) + 1, obstacle } });
  }

  told(podUid: string, at: Date, how: ToldToGo['how']): void {
    this.#keep(podUid, at, { told: { at, how } });
  }

  #keep(podUid: string, now: Date, memory: PodMemory): void {
    for (const [uid, { refused, told }] of this.#known) {
      if (msBetween(told?.at ?? refused?.at ?? now, now) > KEPT_MS) {
        this.#known.delete(uid);
      }
    }
    this.#known.set(podUid, memory);
  }
}
