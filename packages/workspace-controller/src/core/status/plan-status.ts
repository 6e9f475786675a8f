import type { WorkspaceStatus } from '@kaito/types';

import type { Action } from '../actions.ts';
import type { Observed } from '../observed.ts';
import { noticesOf } from './notices.ts';
import { isWritten } from './status.ts';

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
