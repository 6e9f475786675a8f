import { labels } from '@kaito/types';
import type { Machine, Node, NodeClaim, Pod } from '@kaito/types';

import { isClaimKind } from './core/claim/claim.ts';

/** Names of the caches' indexes. */
export const indexes = { claim: 'claim', providerId: 'providerId', node: 'node' } as const;

export const claimIndexes = {
  [indexes.providerId]: ({ status }: Machine | NodeClaim): readonly string[] => present(status?.providerID),
};

export const nodeIndexes = {
  [indexes.claim]: claimNamesOf,
  [indexes.providerId]: ({ spec }: Node): readonly string[] => present(spec.providerID),
};

export const podIndexes = {
  [indexes.node]: ({ spec }: Pod): readonly string[] => present(spec.nodeName),
};

/** The names of the claims that a Node may be of: by its pool, and by its owner. */
export function claimNamesOf({ metadata }: Node): readonly string[] {
  const owners = (metadata.ownerReferences ?? []).filter(({ kind }) => isClaimKind(kind)).map(({ name }) => name);
  return [...new Set([...present(metadata.labels?.[labels.agentPool]), ...owners])];
}

function present(value: string | undefined): readonly string[] {
  return value === undefined || value === '' ? [] : [value];
}
