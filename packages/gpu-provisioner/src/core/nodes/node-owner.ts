import { labels } from '@kaito/types';
import type { Node } from '@kaito/types';

import { isClaimKind } from '../claim/claim.ts';

type OwnerReference = NonNullable<Node['metadata']['ownerReferences']>[number];

/** The claim that a Node was registered for, whether or not there still is one. */
export function claimOwner({ metadata }: Node): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ kind }) => isClaimKind(kind));
}

export function isRegisteredNode({ metadata }: Node): boolean {
  return metadata.labels?.[labels.registered] === 'true';
}
