import { annotations } from '@kaito/types';
import type { ObjectMeta } from '@kaito/types';

import type { Claim, ClaimStatus } from '../claim/claim.ts';
import { readAttempts } from '../launch/attempts.ts';
import { reasons } from '../reasons.ts';
import { timeOf } from '../time.ts';

type Identity = Omit<Claim, 'api' | 'requirements' | 'taints' | 'startupTaints' | 'requests' | 'lastLaunchFailure'>;

/** What claims of both APIs say in their metadata and status alike. */
export function identityOf(metadata: ObjectMeta, status: ClaimStatus): Identity {
  const {
    annotations: notes = {},
    finalizers = [],
    generation = 0,
    labels = {},
    name,
    resourceVersion,
    uid,
  } = metadata;
  const { creationTimestamp, deletionTimestamp } = metadata;
  const providerId = status.providerID ?? notes[annotations.linked];
  const nodeUid = notes[annotations.nodeUid];
  return {
    name,
    uid,
    resourceVersion,
    generation,
    createdAt: timeOf(creationTimestamp),
    isDeleting: deletionTimestamp !== undefined,
    ...(deletionTimestamp !== undefined && { deletedAt: timeOf(deletionTimestamp) }),
    finalizers,
    labels,
    annotations: notes,
    ...(providerId !== undefined && { providerId }),
    ...(nodeUid !== undefined && { nodeUid }),
    attempts: readAttempts(notes[annotations.createAttempts]),
    status,
  };
}

/** What the user was told when the launch failed last; `launched`: the condition that tells it. */
export function launchFailure(
  { conditions = [] }: ClaimStatus,
  launched: string,
): Partial<Pick<Claim, 'lastLaunchFailure'>> {
  const told = conditions.find(({ type }) => type === launched);
  return told?.reason === reasons.launchFailed ? { lastLaunchFailure: told.message ?? '' } : {};
}
