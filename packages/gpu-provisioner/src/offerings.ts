import type { Clock } from '@kaito/controller-runtime';

import { withAccepted } from './core/offerings/offering-knowledge.ts';
import type { AcceptedVm, OfferingsKnowledge } from './core/offerings/offering-knowledge.ts';
import type { OfferingSettings } from './core/offerings/offering-settings.ts';
import type { Compute, VcpuUsage, VmSku } from './core/offerings/offering.ts';
import { Reading } from './core/offerings/reading.ts';
import { UnavailableOfferings } from './core/offerings/unavailable-offerings.ts';
import type { Answer } from './core/pools/cloud.ts';
import { msBetween, plusMs } from './core/time.ts';
import { Rounds } from './rounds.ts';

export interface OfferingsOptions {
  readonly compute: Compute;
  readonly clock: Clock;
  readonly settings: OfferingSettings;
  /** Called with the names for which something may have changed. */
  readonly onNews: (names: readonly string[]) => void;
}

/** However long nobody asks. */
const IDLE_MS = 3_600_000;

interface Accepted {
  readonly vm: AcceptedVm;
  readonly at: Date;
}

/** What the region offers, as all claims share it: one reading for everybody, and what could not be had lately. */
export class Offerings {
  /** What could not be had lately. */
  readonly unavailable: UnavailableOfferings;
  readonly #options: OfferingsOptions;
  readonly #skus: Reading<readonly VmSku[]>;
  readonly #usages: Reading<readonly VcpuUsage[]>;
  readonly #waitForSkus = new Set<string>();
  readonly #waitForUsages = new Set<string>();
  #accepted: readonly Accepted[] = [];
  readonly #usageRounds: Rounds;

  constructor(options: OfferingsOptions) {
    const { settings } = options;
    this.#options = options;
    this.#usageRounds = new Rounds(options.clock);
    this.#skus = new Reading(settings);
    this.#usages = new Reading(settings);
    this.unavailable = new UnavailableOfferings(settings.unavailable);
  }

  knowledge(): OfferingsKnowledge {
    const skus = this.#skus;
    return { skus: skus.value?.value ?? skus.problem ?? 'Loading', usages: this.#usagesKnown() };
  }

  /** The name is told once the sizes are known, or that they will not be for now. */
  awaitSkus(name: string): void {
    if (this.knowledge().skus === 'Loading') {
      this.#waitForSkus.add(name);
    } else {
      this.#options.onNews([name]);
    }
  }

  /** Has the quotas read, where the last reading is too old; the name is told. Asking twice asks once. */
  awaitUsages(name: string): void {
    if (this.knowledge().usages === 'None') {
      this.#waitForUsages.add(name);
      this.#usageRounds.wake();
    } else {
      this.#options.onNews([name]);
    }
  }

  /** Nobody has a claim of this name any more. */
  forget(name: string): void {
    this.#waitForSkus.delete(name);
    this.#waitForUsages.delete(name);
  }

  /** A pool was accepted: its VM counts from now on, though the figures that were read do not know it. */
  takeAccepted(vm: AcceptedVm): void {
    const now = this.#now();
    const { usagesMaxAgeMs } = this.#options.settings;
    const stillCounted = this.#accepted.filter(({ at }) => msBetween(at, now) < usagesMaxAgeMs);
    this.#accepted = [...stillCounted, { vm, at: now }];
  }

  /** Reads what is due, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#keepSkus(signal), this.#answerUsages(signal)]);
  }

  async #keepSkus(signal: AbortSignal): Promise<void> {
    await new Rounds(this.#options.clock).run(async () => {
      const askedAt = this.#now();
      const answer = await this.#options.compute.skus(signal);
      this.#skus.take(believed(answer), askedAt, this.#now());
      this.#tell(this.#waitForSkus);
      const next = this.#skus.notBefore ?? plusMs(askedAt, this.#options.settings.skusMaxAgeMs);
      return msBetween(this.#now(), next);
    }, signal);
  }

  async #answerUsages(signal: AbortSignal): Promise<void> {
    await this.#usageRounds.run(async () => {
      if (this.#waitForUsages.size === 0) {
        return IDLE_MS;
      }
      const askedAt = this.#now();
      const answer = await this.#options.compute.usages(signal);
      this.#usages.take(answer, askedAt, this.#now());
      this.#accepted = this.#accepted.filter(({ at }) => at >= askedAt);
      this.#tell(this.#waitForUsages);
      return 0;
    }, signal);
  }

  #usagesKnown(): OfferingsKnowledge['usages'] {
    const { notBefore, problem, value } = this.#usages;
    const now = this.#now();
    if (value !== undefined && msBetween(value.readAt, now) < this.#options.settings.usagesMaxAgeMs) {
      const since = this.#accepted.map(({ vm }) => vm);
      return { readAt: value.readAt, list: withAccepted(value.value, since) };
    }
    return problem !== undefined && notBefore !== undefined && now < notBefore ? problem : 'None';
  }

  #tell(waiting: Set<string>): void {
    const names = [...waiting];
    waiting.clear();
    this.#options.onNews(names);
  }

  #now(): Date {
    return this.#options.clock.now();
  }
}

/** Every region has sizes: a list without any is not believed. */
function believed(answer: Answer<readonly VmSku[]>): Answer<readonly VmSku[]> {
  return answer.isOk && answer.value.length === 0
    ? { isOk: false, failure: { kind: 'Transient', code: 'NoSizes', message: 'the region has no VM sizes' } }
    : answer;
}
