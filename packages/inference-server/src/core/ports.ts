/** One turn of a conversation. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export type Prompt =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'chat'; readonly messages: readonly ChatMessage[] };

export interface Sampling {
  /** 0 takes the most likely token each time. */
  readonly temperature: number;
  /** 0 considers the whole vocabulary. */
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  /** Lowers what already stands in prompt or answer; 1 is neutral. */
  readonly repetitionPenalty: number;
  readonly presencePenalty: number;
  readonly frequencyPenalty: number;
  /** Absent: another one each time. */
  readonly seed?: number;
}

export interface EngineRequest {
  readonly tokens: readonly number[];
  readonly sampling: Sampling;
  /** Goes on after the model's own end. */
  readonly ignoreEnd: boolean;
}

export type EngineEvent =
  /** Once, first: how many of the prompt's tokens need not be computed again. */
  | { readonly kind: 'prompt'; readonly cachedTokens: number }
  /** The text may be empty while a character is incomplete. */
  | { readonly kind: 'tokens'; readonly text: string; readonly tokens: readonly number[] };

/** A loaded model. */
export interface Engine {
  /** The name that the weights themselves carry; absent when they carry none. */
  readonly modelName?: string;
  /** Tokens that prompt and answer may have together. */
  readonly contextSize: number;
  /** Requests that it works on at the same time; the caller keeps to it. */
  readonly maxSequences: number;
  /** Throws a RequestError when the model cannot take such a prompt. */
  encode(prompt: Prompt): readonly number[];
  /** Ends when the model ends. Whoever stops reading, or aborts, frees the sequence by it. */
  generate(request: EngineRequest, signal: AbortSignal): AsyncIterable<EngineEvent>;
  /** Share of the key-value cache that running requests fill, from 0 to 1. */
  cacheUsage(): number;
  close(): Promise<void>;
}

/** Where the weights came from and what exactly they are. */
export interface ModelFile {
  /** As the start arguments name it. */
  readonly source: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** One finished request, for the metrics. */
export interface GenerationRecord {
  readonly reason: 'stop' | 'length' | 'abort' | 'error';
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
  readonly maxTokens: number;
  readonly queueMs: number;
  /** Absent when no token came. */
  readonly firstTokenMs?: number;
  readonly tokenGapsMs: readonly number[];
  readonly totalMs: number;
}

export interface Metrics {
  observe(record: GenerationRecord): void;
  rejected(): void;
  /** The Prometheus text format. */
  text(): Promise<string>;
}

export interface CpuInfo {
  readonly loadPercentage: number;
  readonly physicalCores: number;
  readonly totalCores: number;
  readonly usedBytes: number;
  readonly totalBytes: number;
}

export interface Host {
  cpu(): CpuInfo;
}
