import type { Admission } from './admission.ts';
import type { Engine, ModelFile } from './ports.ts';

export interface LoadedModel {
  readonly engine: Engine;
  readonly admission: Admission;
  readonly file: ModelFile;
  /** Seconds since 1970. */
  readonly loadedAt: number;
}

export type Phase =
  | { readonly kind: 'starting'; readonly detail: string }
  | { readonly kind: 'ready'; readonly model: LoadedModel }
  | { readonly kind: 'stopping'; readonly model?: LoadedModel };

/** What the server is doing: it listens from the first moment on and says why it cannot answer yet. */
export class Lifecycle {
  #phase: Phase = { kind: 'starting', detail: 'the program has just started' };

  get phase(): Phase {
    return this.#phase;
  }

  /** Ignored once the server is ready or on its way out. */
  starting(detail: string): void {
    if (this.#phase.kind === 'starting') {
      this.#phase = { kind: 'starting', detail };
    }
  }

  ready(model: LoadedModel): void {
    this.#phase = this.#phase.kind === 'starting' ? { kind: 'ready', model } : { kind: 'stopping', model };
  }

  stopping(): void {
    if (this.#phase.kind !== 'stopping') {
      this.#phase =
        this.#phase.kind === 'ready' ? { kind: 'stopping', model: this.#phase.model } : { kind: 'stopping' };
    }
  }

  /** Why no request can be answered; undefined when one can. */
  get unreadyReason(): string | undefined {
    if (this.#phase.kind === 'ready') {
      return undefined;
    }
    return this.#phase.kind === 'starting' ? this.#phase.detail : 'the server is shutting down';
  }
}
