import { retryPauseMs } from '../launch/attempts.ts';
import type { Answer, CloudFailure } from '../pools/cloud.ts';
import { plusMs } from '../time.ts';

export interface ReadingSettings {
  readonly notPermittedMs: number;
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
}

/** What was read of the cloud last, and what keeps it from being read. */
export class Reading<T> {
  readonly #settings: ReadingSettings;
  #value: { readonly value: T; readonly readAt: Date } | undefined;
  #problem: 'NotPermitted' | 'NotReadable' | undefined;
  #notBefore: Date | undefined;
  #failures = 0;

  constructor(settings: ReadingSettings) {
    this.#settings = settings;
  }

  /** `readAt`: when it was asked for. A passing failure leaves it there. */
  get value(): { readonly value: T; readonly readAt: Date } | undefined {
    return this.#value;
  }

  /** What the last question was answered with, when it was no. */
  get problem(): 'NotPermitted' | 'NotReadable' | undefined {
    return this.#problem;
  }

  /** After a problem: when to ask again. */
  get notBefore(): Date | undefined {
    return this.#notBefore;
  }

  take(answer: Answer<T>, askedAt: Date, now: Date): void {
    if (answer.isOk) {
      this.#value = { value: answer.value, readAt: askedAt };
      this.#problem = undefined;
      this.#notBefore = undefined;
      this.#failures = 0;
      return;
    }
    this.#failures += 1;
    const isDenied = answer.failure.kind === 'Denied';
    this.#problem = isDenied ? 'NotPermitted' : 'NotReadable';
    this.#value = isDenied ? undefined : this.#value;
    this.#notBefore = plusMs(now, this.#pauseMs(answer.failure));
  }

  #pauseMs(failure: CloudFailure): number {
    return failure.kind === 'Denied'
      ? this.#settings.notPermittedMs
      : retryPauseMs(failure, this.#failures, this.#settings);
  }
}
