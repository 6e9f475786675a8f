/** Evictions that the API server refused because of a disruption budget, by pod uid. */
export class Evictions {
  readonly #refused = new Map<string, RefusedEviction>();

  get(podUid: string): RefusedEviction | undefined {
    return this.#refused.get(podUid);
  }

  refused(podUid: string, at: Date): void {
    this.#refused.set(podUid, { at, count: (this.#refused.get(podUid)?.count ?? 0) + 1 });
  }

  forget(podUid: string): void {
    this.#refused.delete(podUid);
  }
}

export interface RefusedEviction {
  readonly at: Date;
  /** How many there were in a row. */
  readonly count: number;
}
