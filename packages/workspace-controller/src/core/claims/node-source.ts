import { isLeaving } from '../leaving.ts';
import type { Observed } from '../observed.ts';
import { isPooled } from './claim.ts';
import type { ClaimApi, OrderKind } from './claim.ts';
import { KAITO_NODE_CLASS } from './node-class.ts';
import type { NodeClass } from './node-class.ts';

/** How configuration says that nodes are come by. */
export type NodeProvisioning = NodeSource | { readonly kind: 'auto'; readonly nodeClass?: NodeClass | undefined };

/** How the nodes of one Workspace are come by. */
export type NodeSource =
  | { readonly kind: 'machine' }
  | { readonly kind: 'nodeclaim'; readonly nodeClass: NodeClass }
  | { readonly kind: 'nodepool'; readonly nodeClass: NodeClass }
  /** Nobody buys any: the user brings nodes. */
  | { readonly kind: 'byo' };

type Supply = Pick<Observed, 'claims' | 'nodePool' | 'served'>;

/** Claims that exist keep their API until they are deleted: a change of configuration buys nothing twice. */
export function nodeSourceOf(observed: Supply, configured: NodeProvisioning): NodeSource {
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

const ORDER_KINDS: Readonly<Record<NodeSource['kind'], OrderKind | undefined>> = {
  machine: 'Machine',
  nodeclaim: 'NodeClaim',
  nodepool: 'NodePool',
  byo: undefined,
};

/** What nodes are asked for with; undefined: nobody is asked. */
export function orderKindOf({ kind }: NodeSource): OrderKind | undefined {
  return ORDER_KINDS[kind];
}

/** Whether the cluster has the API that the source needs; without it nothing is asked for. */
export function isSourceServed(source: NodeSource, { served }: Pick<Observed, 'served'>): boolean {
  switch (source.kind) {
    case 'machine':
      return served.machines;
    case 'nodeclaim':
      return served.nodeClaims;
    case 'nodepool':
      return served.nodePools;
    case 'byo':
      return true;
    default:
      return source satisfies never;
  }
}

/** The class that the configuration demands, which must be there. */
export function configuredClass(configured: NodeProvisioning): NodeClass | undefined {
  return 'nodeClass' in configured ? configured.nodeClass : undefined;
}

function chosen({ served }: Supply, nodeClass: NodeClass | undefined): NodeSource {
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

function classOf(source: NodeSource): NodeClass {
  return 'nodeClass' in source ? source.nodeClass : KAITO_NODE_CLASS;
}
