import type { Node } from '@kaito/types';

import type { Claim } from './claim/claim.ts';
import { initializationBlocker } from './nodes/initialization.ts';
import type { Blocker } from './nodes/initialization.ts';
import { isInitialized } from './nodes/node-match.ts';
import { reasons } from './reasons.ts';

/** One stage on the way to a usable Node: done, or what it waits for. */
export type Step = 'Done' | Blocker;

/** How far a claim is, whichever API it was written in. */
export interface Progress {
  readonly launched: Step;
  readonly registered: Step;
  readonly initialized: Step;
  /** Known once launched. */
  readonly providerId?: string;
  /** Once there is one Node. */
  readonly node?: Node;
}

const notLaunched: Blocker = {
  reason: reasons.machineNotLaunched,
  message: 'waiting for the launch',
};

/** There is no Node yet. */
export function launching(launched: Blocker): Progress {
  return { launched, registered: notLaunched, initialized: notLaunched };
}

/** The provider ID is taken, but there is not the one Node that goes with it. */
export function withoutNode(providerId: string, blocker: Blocker): Progress {
  return { launched: 'Done', registered: blocker, initialized: blocker, providerId };
}

/** The claim's Node carries all that registration writes. What was initialized once stays so. */
export function registered(claim: Claim, node: Node, providerId: string): Progress {
  const blocker = isInitialized(node) ? undefined : initializationBlocker(claim, node);
  return { launched: 'Done', registered: 'Done', initialized: blocker ?? 'Done', providerId, node };
}

/** With what may be the reason, where it is a resource that is waited for. */
export function withHint(progress: Progress, hint: string | undefined): Progress {
  const { initialized } = progress;
  return hint === undefined || initialized === 'Done' || initialized.reason !== reasons.resourceNotRegistered
    ? progress
    : { ...progress, initialized: { ...initialized, message: `${initialized.message}. ${hint}` } };
}
