import { isLeaving } from '../leaving.ts';
import type { Observed } from '../observed.ts';
import { isPooled } from './claim.ts';
import type { ClaimApi } from './claim.ts';
import { KAITO_NODE_CLASS } from './node-class.ts';
import type { NodeClassRef } from './node-class.ts';

/** How configuration says that nodes are come by. */
export type NodeProvisioning = NodeSource | { readonly kind: 'auto'; readonly nodeClass?: NodeClassRef | undefined };

/** How the nodes of one Workspace are come by. */
export type NodeSource =
  | { readonly kind: 'machine' }
  | { readonly kind: 'nodeclaim'; readonly nodeClass: NodeClassRef }
  | { readonly kind: 'nodepool'; readonly nodeClass: NodeClassRef }
  /** Nobody buys any: the user brings nodes. */
  | { readonly kind: 'byo' };

/** Claims that exist keep their API until they are deleted: a change of configuration buys nothing twice. */
export function nodeSourceOf(observed: Observed, configured: NodeProvisioning): NodeSource {
  const source = configured.kind === 'auto' ? chosen(observed, configured.nodeClass) : configured;
  if (source.kind === 'byo') {
    return source;
  }
  if (observed.nodePool !== undefined && !isLeaving(observed.nodePool)) {
    return { kind: 'nodepool', nodeClass: classOf(source) };
  }
  const api = observed.claims.find((claim) => !isLeaving(claim) && !isPooled(claim))?.api;
  return api === undefined ? source : sourceOfApi(api, source);
}

/** Which API new claims have; undefined: none is written. */
export function claimApiOf({ kind }: NodeSource): ClaimApi | undefined {
  if (kind === 'machine') {
    return 'Machine';
  }
  return kind === 'nodeclaim' ? 'NodeClaim' : undefined;
}

function chosen({ served }: Observed, nodeClass: NodeClassRef | undefined): NodeSource {
  if (nodeClass !== undefined) {
    return { kind: 'nodeclaim', nodeClass };
  }
  if (served.machines) {
    return { kind: 'machine' };
  }
  return served.nodeClaims ? { kind: 'nodeclaim', nodeClass: KAITO_NODE_CLASS } : { kind: 'byo' };
}

function sourceOfApi(api: ClaimApi, source: NodeSource): NodeSource {
  return api === 'Machine' ? { kind: 'machine' } : { kind: 'nodeclaim', nodeClass: classOf(source) };
}

function classOf(source: NodeSource): NodeClassRef {
  return 'nodeClass' in source ? source.nodeClass : KAITO_NODE_CLASS;
}
