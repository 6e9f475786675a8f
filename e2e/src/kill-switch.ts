/** One write of a controller, to the API server or to ARM. */
export interface Write {
  readonly method: string;
  readonly path: string;
}

/** Kill at the `index`-th write: before it is passed on, or when it is done but not yet answered. */
export interface Trap {
  readonly index: number;
  readonly when: 'before' | 'after';
}

interface ArmedTrap extends Trap {
  readonly spring: () => void;
}

/** Counts all writes of one controller, wherever they go, and kills it exactly at one of them, without any timer. */
export class KillSwitch {
  #writes = 0;
  #trap: ArmedTrap | undefined;
  #sprungAt: Write | undefined;

  /** Begins a new count; with a trap, `spring` must kill the controller at once. */
  reset(trap?: Trap, spring: () => void = () => undefined): void {
    this.#writes = 0;
    this.#sprungAt = undefined;
    this.#trap = trap === undefined ? undefined : { ...trap, spring };
  }

  /** Takes the trap away, sprung or not. */
  disarm(): void {
    this.#trap = undefined;
  }

  /** The write at which the trap was sprung. */
  get sprungAt(): Write | undefined {
    return this.#sprungAt;
  }

  /** Counts the write; the trap that it springs, if it is the one. */
  count(write: Write): ArmedTrap | undefined {
    const index = this.#writes;
    this.#writes += 1;
    const trap = this.#trap;
    if (trap?.index !== index) {
      return undefined;
    }
    this.#trap = undefined;
    this.#sprungAt = write;
    return trap;
  }
}
