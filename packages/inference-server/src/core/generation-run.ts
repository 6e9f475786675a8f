import type { GenerationRequest, Outcome } from './generation-request.ts';
import type { GenerationRecord } from './ports.ts';
import { StopFilter } from './stop-filter.ts';

/** The counters of one request. */
export class GenerationRun {
  cachedTokens = 0;
  failed = false;
  reason: 'stop' | 'length' | undefined;
  readonly #now: () => number;
  readonly #request: GenerationRequest;
  readonly #filter: StopFilter;
  readonly #arrivedAt: number;
  #startedAt: number | undefined;
  #stoppedBy: string | number | undefined;
  readonly #tokenTimes: number[] = [];

  constructor(now: () => number, request: GenerationRequest) {
    this.#now = now;
    this.#request = request;
    this.#filter = new StopFilter(request.stops);
    this.#arrivedAt = now();
  }

  started(): void {
    this.#startedAt = this.#now();
  }

  /** Counts tokens and returns the text that may be shown. */
  take(text: string, tokens: readonly number[]): string {
    const at = this.#now();
    this.#tokenTimes.push(...tokens.map(() => at));
    const stopToken = tokens.find((token) => this.#request.stopTokens.includes(token));
    if (stopToken !== undefined) {
      this.#end('stop', stopToken);
      return '';
    }
    const filtered = this.#filter.push(text);
    if (filtered.stop !== undefined) {
      this.#end('stop', filtered.stop);
    } else if (this.#tokenTimes.length >= this.#request.maxTokens) {
      this.#end('length');
    }
    return filtered.text;
  }

  /** Returns what was held back. */
  finish(): string {
    this.reason ??= 'stop';
    return this.#stoppedBy === undefined ? this.#filter.flush() : '';
  }

  #end(reason: 'stop' | 'length', by?: string | number): void {
    this.reason = reason;
    this.#stoppedBy = by;
  }

  outcome(): Outcome {
    return {
      reason: this.reason ?? 'stop',
      ...(this.#stoppedBy === undefined ? {} : { stoppedBy: this.#stoppedBy }),
      promptTokens: this.#request.tokens.length,
      cachedTokens: this.cachedTokens,
      completionTokens: this.#tokenTimes.length,
      tokensPerSecond: this.#tokensPerSecond(),
    };
  }

  #tokensPerSecond(): number {
    const count = this.#tokenTimes.length;
    const first = this.#tokenTimes[0] ?? 0;
    const last = this.#tokenTimes[count - 1] ?? 0;
    if (last > first) {
      return ((count - 1) * 1000) / (last - first);
    }
    const total = last - (this.#startedAt ?? last);
    return total > 0 ? (count * 1000) / total : 0;
  }

  record(isAborted: boolean): GenerationRecord {
    const first = this.#tokenTimes[0];
    return {
      reason: this.#endedHow(isAborted),
      promptTokens: this.#request.tokens.length,
      cachedTokens: this.cachedTokens,
      completionTokens: this.#tokenTimes.length,
      maxTokens: this.#request.maxTokens,
      queueMs: (this.#startedAt ?? this.#now()) - this.#arrivedAt,
      ...(first === undefined ? {} : { firstTokenMs: first - this.#arrivedAt }),
      tokenGapsMs: this.#tokenTimes.slice(1).map((at, index) => at - (this.#tokenTimes[index] ?? at)),
      totalMs: this.#now() - this.#arrivedAt,
    };
  }

  #endedHow(isAborted: boolean): GenerationRecord['reason'] {
    if (isAborted || this.reason === undefined) {
      return this.failed && !isAborted ? 'error' : 'abort';
    }
    return this.failed ? 'error' : this.reason;
  }
}
