import type { Node } from '@kaito/types';

import type { NodeProof } from '../actions.ts';
import { isReady, notReadySince } from './node-match.ts';

/** Whether an uncached read of the Node still shows what its claim is to be given up for. */
export function isProven(proof: NodeProof, node: Node | undefined): boolean {
  if (node === undefined || node.metadata.uid !== proof.uid || node.metadata.deletionTimestamp !== undefined) {
    return true;
  }
  return proof.mayBeNotReady && !isReady(node) && hasBeenSince(node, proof.notReadySince);
}

/** A Node that was Ready in between is another matter. */
function hasBeenSince(node: Node, since: Date | undefined): boolean {
  const from = notReadySince(node);
  return since === undefined || (from !== undefined && from <= since);
}
