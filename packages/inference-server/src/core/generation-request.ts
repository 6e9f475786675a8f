import type { Sampling } from './ports.ts';

export interface GenerationRequest {
  readonly tokens: readonly number[];
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly stops: readonly string[];
  readonly stopTokens: readonly number[];
  readonly ignoreEnd: boolean;
}

export interface Outcome {
  readonly reason: 'stop' | 'length';
  /** The stop string or token that ended it; absent when the model ended by itself or the limit did. */
  readonly stoppedBy?: string | number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
  /** Of the answer alone, without the time that the prompt took. */
  readonly tokensPerSecond: number;
}
