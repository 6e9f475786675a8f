import { annotations } from '@kaito/types';

import type { Claim } from '../claim/claim.ts';
import type { ObjectPatch } from '../nodes/node-patch.ts';
import { plusMs, timestamp, writtenTime } from '../time.ts';

/** When the pods of a NodeClaim that is being deleted are not waited for any more; undefined: they always are. */
export function terminationDeadline(claim: Claim): Date | undefined {
  return claim.api === 'NodeClaim' ? (stampedDeadline(claim) ?? ownDeadline(claim)) : undefined;
}

/** Writes the deadline on the claim, once: people and other programs read it there; undefined: it stands, or there is none. */
export function deadlineStamp(claim: Claim): ObjectPatch | undefined {
  const deadline = terminationDeadline(claim);
  if (deadline === undefined || stampedDeadline(claim) !== undefined) {
    return undefined;
  }
  return {
    metadata: {
      resourceVersion: claim.resourceVersion,
      annotations: { [annotations.nodeClaimTerminationTimestamp]: timestamp(deadline) },
    },
  };
}

function stampedDeadline({ annotations: notes }: Claim): Date | undefined {
  return writtenTime(notes[annotations.nodeClaimTerminationTimestamp]);
}

function ownDeadline({ deletedAt, terminationGraceMs }: Claim): Date | undefined {
  return deletedAt === undefined || terminationGraceMs === undefined
    ? undefined
    : plusMs(deletedAt, terminationGraceMs);
}
