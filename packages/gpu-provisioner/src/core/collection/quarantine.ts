/** How a pool without a claim has been seen so far. */
export interface Ownerless {
  readonly since: Date;
  /** How often the cloud was asked meanwhile and showed the pool. */
  readonly looks: number;
}

interface Seen extends Ownerless {
  readonly lookedAt: Date;
}

/** Pools that have no claim, from when they were first seen so; one look is no proof. */
export class Quarantine {
  readonly #seen = new Map<string, Seen>();

  /** `lookedAt`: when the cloud showed the pool last. */
  take(name: string, lookedAt: Date, now: Date): Ownerless {
    const before = this.#seen.get(name);
    const { looks = 0, since = now } = before ?? {};
    const isNewLook = before === undefined || lookedAt > before.lookedAt;
    const seen = { since, looks: isNewLook ? looks + 1 : looks, lookedAt };
    this.#seen.set(name, seen);
    return seen;
  }

  /** There is a claim, or no pool. */
  end(name: string): void {
    this.#seen.delete(name);
  }
}
