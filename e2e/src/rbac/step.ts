import type { Kubernetes, ResourceType } from '@kaito/controller-runtime';
import * as z from 'zod';

import { Life, until } from '../life.ts';
import type { Wish } from '../life.ts';
import type { NodeClaimLife } from './node-claim-life.ts';
import type { WalkWorld } from './walk-world.ts';

/** A part of a walk, named for whoever is told where it ended. */
export type Step = readonly [name: string, act: (signal: AbortSignal) => Promise<unknown>];

const events: ResourceType = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  isNamespaced: true,
};
const Reason = z.object({ reason: z.string() });

export function lifeIn({ cluster, simulator }: WalkWorld, name: string, wish: Partial<Wish> = {}): Life {
  return new Life(name, cluster.kubernetes, simulator, wish);
}

export async function together<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  await Promise.all(items.map(act));
}

export async function createAll(all: readonly (Life | NodeClaimLife)[], signal: AbortSignal): Promise<void> {
  await together(all, async (one) => one.create(signal));
}

export async function deleteAll(all: readonly (Life | NodeClaimLife)[], signal: AbortSignal): Promise<void> {
  await together(all, async (one) => {
    await one.delete(signal);
    await one.gone(signal);
  });
}

/** Returns once an event of this reason was recorded, about whatever object. */
export async function warned(kubernetes: Kubernetes, reason: string, signal: AbortSignal): Promise<void> {
  await until(async () => {
    const { items } = await kubernetes.list({ type: events }, signal);
    return items.some((event) => Reason.safeParse(event).data?.reason === reason);
  }, signal);
}
