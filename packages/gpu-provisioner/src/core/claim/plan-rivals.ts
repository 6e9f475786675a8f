import type { Action } from '../actions.ts';
import { releasePatch } from '../nodes/node-patch.ts';
import type { Observed } from '../observed.ts';
import { tellLaunchFailure } from '../plan-status.ts';
import { refOf } from './claim.ts';
import type { Claim } from './claim.ts';

/** Tells younger claims of the name that it is taken; a pool has one claim. They hold nothing, so they go when they like. */
export function planRivals(observed: Observed): readonly Action[] {
  const { claim: holder, rivals } = observed;
  return holder === undefined ? [] : rivals.flatMap((rival) => planRival(observed, holder, rival));
}

function planRival(observed: Observed, { api, name }: Claim, rival: Claim): readonly Action[] {
  if (rival.isDeleting) {
    const patch = releasePatch(rival);
    return patch === undefined ? [] : [{ kind: 'PatchClaim', claim: refOf(rival), patch }];
  }
  const message = `metadata.name is "${name}", which is the agent pool of the older ${api} ${name}. Give this claim another name`;
  return tellLaunchFailure({ ...observed, claim: rival }, message);
}
