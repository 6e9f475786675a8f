import { bestThreads, median } from './threads.ts';

/** Steps that make a median. */
const SAMPLES = 6;
const FIRST_TRIAL_AFTER = 64;
const LAST_TRIAL_AFTER = 2048;
/** So much slower than the best with the same number of threads means that something else needs the cores. */
const DISTURBED = 1.5;
/** So much slower than before is not worth trying to the end. */
const HOPELESS = 3;

interface Trial {
  readonly threads: number;
  readonly before: readonly number[];
}

/**
 * Keeps the number of threads right while the machine's other work comes and goes. Now and then it computes a few
 * steps with another number and keeps the better one; after each trial in vain it waits twice as long, and it
 * tries at once when steps have become slow.
 */
export class ThreadGovernor {
  readonly #candidates: readonly number[];
  #current: number;
  #trial: Trial | undefined;
  #samples: number[] = [];
  #width = 0;
  #lastAt: number | undefined;
  #skipsNext = true;
  #steps = 0;
  #trialAfter = FIRST_TRIAL_AFTER;
  #turn = 0;
  #bestMs = Number.POSITIVE_INFINITY;

  constructor(candidates: readonly number[], current: number) {
    this.#candidates = candidates;
    this.#current = current;
  }

  /**
   * Told of each step before it is computed; returns the number of threads for it. `width` is how many sequences
   * get a token, 0 when prompts are computed in it: such steps say nothing about the others.
   */
  next(width: number, atMs: number): number {
    const tookMs = this.#lastAt === undefined ? undefined : atMs - this.#lastAt;
    this.#lastAt = atMs;
    if (width !== this.#width) {
      this.#changeWidth(width);
    } else if (width > 0 && tookMs !== undefined) {
      this.#take(tookMs);
    }
    return this.#trial?.threads ?? this.#current;
  }

  #changeWidth(width: number): void {
    this.#width = width;
    this.#trial = undefined;
    this.#bestMs = Number.POSITIVE_INFINITY;
    this.#startCounting();
  }

  #startCounting(): void {
    this.#samples = [];
    // The first step with another number of threads also starts the threads.
    this.#skipsNext = true;
  }

  #take(tookMs: number): void {
    if (this.#skipsNext) {
      this.#skipsNext = false;
      return;
    }
    this.#samples.push(tookMs);
    if (this.#trial === undefined) {
      this.#hold();
    } else if (this.#isDecided(this.#trial)) {
      this.#decide(this.#trial);
    }
  }

  #hold(): void {
    this.#steps += 1;
    this.#samples = this.#samples.slice(-SAMPLES);
    if (this.#samples.length < SAMPLES) {
      return;
    }
    const recentMs = median(this.#samples);
    const isDisturbed = recentMs > this.#bestMs * DISTURBED;
    this.#bestMs = isDisturbed ? recentMs : Math.min(this.#bestMs, recentMs);
    if (isDisturbed || this.#steps >= this.#trialAfter) {
      this.#try();
    }
  }

  #try(): void {
    this.#steps = 0;
    const others = this.#candidates.filter((threads) => threads !== this.#current);
    const threads = others[this.#turn % Math.max(1, others.length)];
    this.#turn += 1;
    if (threads !== undefined) {
      this.#trial = { threads, before: this.#samples };
      this.#startCounting();
    }
  }

  #isDecided({ before }: Trial): boolean {
    const isHopeless = this.#samples.length >= 2 && median(this.#samples) > median(before) * HOPELESS;
    return this.#samples.length >= SAMPLES || isHopeless;
  }

  #decide({ threads, before }: Trial): void {
    const best = bestThreads([
      { threads: this.#current, stepsMs: before },
      { threads, stepsMs: this.#samples },
    ]);
    const isBetter = best?.threads === threads;
    this.#trialAfter = isBetter ? FIRST_TRIAL_AFTER : Math.min(LAST_TRIAL_AFTER, this.#trialAfter * 2);
    if (isBetter) {
      this.#current = threads;
      this.#bestMs = Number.POSITIVE_INFINITY;
    }
    this.#trial = undefined;
    this.#startCounting();
  }
}
