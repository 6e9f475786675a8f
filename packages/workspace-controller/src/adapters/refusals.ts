import { isApiError } from '@kaito/controller-runtime';
import type { Kubernetes, ResourceType } from '@kaito/controller-runtime';
import { claimName, timestampMs } from '@kaito/types';
import type { Workspace } from '@kaito/types';
import * as z from 'zod';

import type { Claim } from '../core/claims/claim.ts';
import { isLeaving } from '../core/leaving.ts';

const EVENTS: ResourceType = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  isNamespaced: true,
};

/** Where events about what has no namespace lie. */
const NAMESPACE = 'default';

/** The word that provisioners have for it. */
const REASON = 'InsufficientCapacityError';

/** The clocks of two machines may differ by so much. */
const TOLERANCE_MS = 60_000;

const Refusal = z.object({
  metadata: z.object({ creationTimestamp: z.string() }),
  regarding: z.object({ kind: z.string(), name: z.string() }),
  note: z.string().default(''),
});
type Refusal = z.infer<typeof Refusal>;

/**
 * Why a claim that is gone had no capacity. A provisioner may delete it without a word on it: then the event is all
 * there is. Asked only while the next attempt is waited for and nothing is known of why.
 */
export async function recordedRefusal(
  workspace: Workspace,
  claims: readonly Claim[],
  kubernetes: Pick<Kubernetes, 'list'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const name = vanishedClaim(workspace, claims);
  if (name === undefined) {
    return undefined;
  }
  const sinceMs = (timestampMs(workspace.status?.attempts?.times?.at(-1) ?? '') ?? 0) - TOLERANCE_MS;
  const refusals = await refusalsOf(name, kubernetes, signal);
  const [latest] = refusals
    .filter((refusal) => createdMs(refusal) >= sinceMs)
    .toSorted((a, b) => createdMs(b) - createdMs(a));
  return latest && `${latest.regarding.kind.toLowerCase()} ${name}: ${REASON}: ${latest.note}`;
}

/** The first of its claims that is gone or going, and not known to have failed. */
function vanishedClaim({ metadata, resource, status }: Workspace, claims: readonly Claim[]): string | undefined {
  const { lastFailure, nextAttempt } = status?.attempts ?? {};
  if (nextAttempt === undefined || lastFailure !== undefined) {
    return undefined;
  }
  const present = new Set(claims.filter((claim) => !isLeaving(claim)).map((claim) => claim.metadata.name));
  return Array.from({ length: resource?.count ?? 1 }, (_, slot) => claimName(metadata.uid, slot)).find(
    (name) => !present.has(name),
  );
}

async function refusalsOf(
  name: string,
  kubernetes: Pick<Kubernetes, 'list'>,
  signal: AbortSignal,
): Promise<readonly Refusal[]> {
  const fieldSelector = `regarding.name=${name},reason=${REASON}`;
  try {
    const { items } = await kubernetes.list({ type: EVENTS, namespace: NAMESPACE, fieldSelector }, signal);
    return items.flatMap((event) => Refusal.safeParse(event).data ?? []);
  } catch (error) {
    // It is a help, and no more: who may not read events goes on without.
    if (isApiError(error, 'Forbidden')) {
      return [];
    }
    throw error;
  }
}

function createdMs({ metadata }: Refusal): number {
  return timestampMs(metadata.creationTimestamp) ?? 0;
}
