import { quantityValue } from '@kaito/types';
import type { Node } from '@kaito/types';

import type { Claim } from '../claim/claim.ts';
import { reasons } from '../reasons.ts';
import { isEphemeral } from './ephemeral-taints.ts';
import { isReady } from './node-match.ts';
import { isSameTaint, taintName } from './taints.ts';

export interface Blocker {
  readonly reason: string;
  readonly message: string;
}

/** Kaito requests the OS disk under this name; no Node offers it. */
const IGNORED_RESOURCE = 'storage';

/** What a registered Node still waits for before pods can use all that was asked for; undefined: nothing. */
export function initializationBlocker(claim: Claim, node: Node): Blocker | undefined {
  const { name } = node.metadata;
  if (!isReady(node)) {
    return { reason: reasons.nodeNotReady, message: `waiting for Node ${name} to become Ready` };
  }
  const taints = node.spec.taints ?? [];
  const startup = claim.startupTaints.find((taint) => taints.some((present) => isSameTaint(present, taint)));
  if (startup !== undefined) {
    const message = `waiting for somebody to remove startup taint ${taintName(startup)} from Node ${name}`;
    return { reason: reasons.startupTaintsExist, message };
  }
  const ephemeral = taints.find((taint) => isEphemeral(taint, claim.api));
  if (ephemeral !== undefined) {
    const message = `waiting for taint ${taintName(ephemeral)} to go from Node ${name}`;
    return { reason: reasons.knownEphemeralTaintsExist, message };
  }
  const missing = missingResource(claim, node);
  return missing === undefined
    ? undefined
    : { reason: reasons.resourceNotRegistered, message: `waiting for Node ${name} to offer resource ${missing}` };
}

function missingResource({ requests }: Claim, { status }: Node): string | undefined {
  return Object.entries(requests)
    .filter(([name, quantity]) => name !== IGNORED_RESOURCE && quantityValue(quantity) !== 0)
    .map(([name]) => name)
    .find((name) => (quantityValue(status.allocatable?.[name] ?? 0) ?? 0) === 0);
}
