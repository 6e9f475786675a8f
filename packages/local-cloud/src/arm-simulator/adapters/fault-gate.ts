import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Clock } from '@kaito/controller-runtime';
import type { FiredEffect } from '../core/faults.ts';
import { scaledMs } from '../core/settings.ts';
import type { Settings } from '../core/settings.ts';

type When = 'before' | 'after';

/** `cut`: end the connection without an answer; `gone`: the caller has gone while he was held. */
export type Passage = 'pass' | 'cut' | 'gone';

/** Lets requests wait as their faults say, and lets go of those that are held. */
export class FaultGate {
  readonly #clock: Clock;
  readonly #holds = new Map<string, Set<() => void>>();
  readonly #closing = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many requests a fault holds right now. */
  holding(faultId: string): number {
    return this.#holds.get(faultId)?.size ?? 0;
  }

  async pass(
    effects: readonly FiredEffect[],
    when: When,
    { response, settings }: { readonly response: ServerResponse; readonly settings: Settings },
  ): Promise<Passage> {
    for (const { faultId, effect } of effects) {
      if (effect.kind === 'delay' && effect.when === when) {
        await this.wait(scaledMs(settings, effect.seconds));
      } else if (effect.kind === 'hold' && effect.when === when && !(await this.#held(faultId, response))) {
        return 'gone';
      } else if (effect.kind === 'cut' && effect.when === when) {
        return 'cut';
      }
    }
    return 'pass';
  }

  async wait(ms: number): Promise<void> {
    if (ms > 0) {
      await this.#clock.sleep(ms, this.#closing.signal);
    }
  }

  release(faultId: string): void {
    for (const letGo of this.#holds.get(faultId) ?? []) {
      letGo();
    }
  }

  close(): void {
    this.#closing.abort();
    for (const faultId of this.#holds.keys()) {
      this.release(faultId);
    }
  }

  /** True when it was released, false when the caller went away first. */
  async #held(faultId: string, response: ServerResponse): Promise<boolean> {
    const released = new AbortController();
    const letGo = (): void => {
      released.abort();
    };
    const holds = this.#holds.get(faultId) ?? new Set();
    this.#holds.set(faultId, holds.add(letGo));
    try {
      if (!response.destroyed) {
        await once(response, 'close', { signal: released.signal });
      }
      return false;
    } catch {
      return true;
    } finally {
      holds.delete(letGo);
    }
  }
}
