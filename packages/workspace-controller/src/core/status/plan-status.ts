import type { WorkspaceStatus } from '@kaito/types';

import type { Action } from '../actions.ts';
import type { NodeSource } from '../claims/node-source.ts';
import { foreignNodeConditions } from '../nodes/nodes-verdict.ts';
import type { Observed } from '../observed.ts';
import { noticesOf } from './notices.ts';
import { isWritten } from './status.ts';

/**
 * Takes conditions away that tell of nodes from another source: from before the configuration changed, or of the Go
 * original. Server-side apply drops nothing that somebody else has written.
 */
export function outdatedConditions({ workspace }: Observed, source: NodeSource): Action | undefined {
  const list = workspace.status?.conditions ?? [];
  const foreign = foreignNodeConditions(source);
  const conditions = list.filter(({ type }) => !foreign.includes(type));
  return conditions.length === list.length ? undefined : { kind: 'KeepConditions', conditions };
}

/** Tells of what has changed; nothing when the status says it already. */
export function statusActions(
  { workspace }: Observed,
  status: WorkspaceStatus,
  reserves: readonly string[] = [],
): readonly Action[] {
  if (isWritten(status, workspace)) {
    return [];
  }
  const notices = noticesOf(workspace.status, status).map((notice): Action => ({ kind: 'Notify', notice }));
  return [...notices, { kind: 'WriteStatus', status, ...(reserves.length > 0 && { reserves }) }];
}
