/** What keeps a pod from being evicted; several budgets at once are more than the eviction API can judge. */
export type EvictionObstacle = 'Budget' | 'SeveralBudgets';

/** Evictions that the API server refused because of a disruption budget, by pod uid. */
export class Evictions {
  readonly #refused = new Map<string, RefusedEviction>();

  get(podUid: string): RefusedEviction | undefined {
    return this.#refused.get(podUid);
  }

  refused(podUid: string, at: Date, obstacle: EvictionObstacle): void {
    this.#refused.set(podUid, { at, count: (this.#refused.get(podUid)?.count ?? 0) + 1, obstacle });
  }

  forget(podUid: string): void {
    this.#refused.delete(podUid);
  }
}

export interface RefusedEviction {
  readonly at: Date;
  /** How many there were in a row. */
  readonly count: number;
  readonly obstacle: EvictionObstacle;
}
