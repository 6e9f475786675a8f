import * as z from 'zod';

import type { Moments } from './stage.ts';

const Seen = z.object({
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), reason: z.string().default('') }))
        .default([]),
    })
    .prefault({}),
});

const Event = z.object({ type: z.string(), regarding: z.object({ name: z.string() }) });

/** First sightings, by the name of the claim, which is the name of its pool. */
export class MomentBook {
  readonly #moments = new Map<string, Moments>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  of(name: string): Moments {
    const moments = this.#moments.get(name) ?? {};
    this.#moments.set(name, moments);
    return moments;
  }

  note(name: string, moment: keyof Moments): void {
    this.of(name)[moment] ??= this.#now();
  }

  notePoolSeen(name: string, atMs: number): void {
    this.of(name).poolSeen = atMs;
  }

  takeClaim(name: string, claim: unknown): void {
    if (claim === undefined) {
      this.note(name, 'claimGone');
      return;
    }
    const { conditions } = Seen.parse(claim).status;
    if (conditions.some(({ status, type }) => type === 'Ready' && status === 'True')) {
      this.note(name, 'claimReady');
    }
    if (conditions.some(({ reason, status }) => reason === 'LaunchFailed' && status !== 'True')) {
      this.note(name, 'told');
    }
  }

  /** `pool`: in which its Node is. */
  takeNode(pool: string | undefined, node: unknown): void {
    const { conditions } = Seen.parse(node).status;
    if (pool !== undefined && conditions.some(({ status, type }) => type === 'Ready' && status === 'True')) {
      this.note(pool, 'nodeReady');
    }
  }

  takeEvent(event: unknown): void {
    const read = Event.safeParse(event);
    if (read.success && read.data.type === 'Warning') {
      this.note(read.data.regarding.name, 'told');
    }
  }
}
