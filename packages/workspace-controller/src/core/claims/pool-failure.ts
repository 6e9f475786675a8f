import type { NodePool } from '@kaito/types';

import type { ClaimFailure } from './claim.ts';

/** What a NodePool says about itself, the cause before the consequence. */
const TOLD = ['NodeClassReady', 'ValidationSucceeded', 'Ready'] as const;

/** Why nothing can come of the NodePool, as its provisioner says; undefined while it has not said so. */
export function poolFailure({ metadata, status }: NodePool): ClaimFailure | undefined {
  for (const type of TOLD) {
    const condition = status.conditions?.find((one) => one.type === type && one.status === 'False');
    if (condition !== undefined) {
      const { reason = '', message = '' } = condition;
      const detail = [reason, message].filter((part) => part !== '').join(': ');
      return { reason, message: `NodePool ${metadata.name}: ${type} is false${detail === '' ? '' : `: ${detail}`}` };
    }
  }
  return undefined;
}
