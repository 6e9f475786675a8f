import type { ClaimRef } from '../claim/claim.ts';
import type { FrontEnd } from './front-end.ts';
import { machineFrontEnd } from './machine.ts';
import { nodeClaimFrontEnd } from './node-claim.ts';

/** How claims of this claim's API are written. */
export function frontEndOf({ api }: Pick<ClaimRef, 'api'>): FrontEnd {
  return api === 'Machine' ? machineFrontEnd : nodeClaimFrontEnd;
}
