export interface RequestLogEntry {
  /** Counts up from 1, without gaps. */
  readonly sequence: number;
  /** Of its arrival. */
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly apiVersion?: string;
  /** Absent for a path that is not ARM's. */
  readonly route?: string;
  readonly pool?: string;
  readonly status: number;
  /** `cut`: done, but the answer never went out; `dropped`: the caller was gone before it was done. */
  readonly outcome: 'answered' | 'cut' | 'dropped';
  readonly errorCode?: string;
  readonly durationMs: number;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly clientRequestId?: string;
  readonly userAgent?: string;
}

/** The last requests that ARM received, as many as there is room for. */
export class RequestLog {
  readonly #capacity: number;
  readonly #listeners = new Set<(entry: RequestLogEntry) => void>();
  #entries: RequestLogEntry[] = [];
  #last = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(entry: Omit<RequestLogEntry, 'sequence'>): void {
    this.#last += 1;
    const numbered = { sequence: this.#last, ...entry };
    this.#entries.push(numbered);
    if (this.#entries.length > this.#capacity * 1.25) {
      this.#entries = this.#entries.slice(-this.#capacity);
    }
    for (const listener of this.#listeners) {
      listener(numbered);
    }
  }

  /** Oldest first. */
  after(sequence: number): readonly RequestLogEntry[] {
    return this.#entries.slice(-this.#capacity).filter((entry) => entry.sequence > sequence);
  }

  clear(): void {
    this.#entries = [];
  }

  watch(listener: (entry: RequestLogEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
