import type { Workspace } from '@kaito/types';

import { isLeaving } from '../leaving.ts';

/** Whether its status names fewer nodes than it wants. */
export function isShort(workspace: Workspace): boolean {
  const { resource, status } = workspace;
  return !isLeaving(workspace) && (status?.workerNodes ?? []).length < (resource?.count ?? 0);
}
