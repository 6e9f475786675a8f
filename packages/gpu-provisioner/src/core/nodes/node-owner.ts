import { labels } from '@kaito/types';
import type { Node } from '@kaito/types';

type OwnerReference = NonNullable<Node['metadata']['ownerReferences']>[number];

const CLAIM_KINDS: readonly string[] = ['Machine', 'NodeClaim'];

/** The claim that a Node was registered for, whether or not there still is one. */
export function claimOwner({ metadata }: Node): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ kind }) => CLAIM_KINDS.includes(kind));
}

export function isRegisteredNode({ metadata }: Node): boolean {
  return metadata.labels?.[labels.registered] === 'true';
}
