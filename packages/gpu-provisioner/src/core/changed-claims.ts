import { labels } from '@kaito/types';
import type { Node } from '@kaito/types';

/** The names of the claims that a Node may be of: by its pool, and by its owner. */
export function claimNamesOf({ metadata }: Node): readonly string[] {
  const pool = metadata.labels?.[labels.agentPool];
  const owners = (metadata.ownerReferences ?? []).filter(({ kind }) => kind === 'Machine').map(({ name }) => name);
  return [...new Set([...(pool === undefined ? [] : [pool]), ...owners])];
}
