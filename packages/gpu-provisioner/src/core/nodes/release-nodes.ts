import type { Node } from '@kaito/types';

import type { Action } from '../actions.ts';
import { hasFinalizer } from '../claim/claim.ts';
import { releasePatch } from './node-patch.ts';

/** Lets the Nodes go that are being deleted and wait for us alone, since their pool is not there any more. */
export function releaseLeaving(nodes: readonly Node[]): readonly Action[] {
  return nodes.filter(isHeld).flatMap(({ metadata }) => {
    const patch = releasePatch(metadata);
    return patch === undefined ? [] : [{ kind: 'PatchNode' as const, node: metadata.name, patch }];
  });
}

export function isHeld({ metadata }: Node): boolean {
  return metadata.deletionTimestamp !== undefined && hasFinalizer(metadata);
}
