import { conditions } from '@kaito/types';
import type { Condition, WorkspaceStatus } from '@kaito/types';

import type { Notice } from '../actions.ts';
import { wordOf } from '../claims/claim.ts';
import type { OrderKind } from '../claims/claim.ts';
import { reasons } from './reasons.ts';

/** What people should hear of when the status turns from one into the other. */
export function noticesOf(before: WorkspaceStatus | undefined, after: WorkspaceStatus): readonly Notice[] {
  const was = overall(before);
  const is = overall(after);
  if (is === undefined || (was?.status === is.status && was.message === is.message)) {
    return [];
  }
  if (is.status === 'True') {
    return [{ type: 'Normal', reason: 'WorkspaceReady', message: is.message, action: 'Serve' }];
  }
  return is.reason === reasons.workspaceFailed
    ? [{ type: 'Warning', reason: 'WorkspaceFailed', message: is.message, action: 'Reconcile' }]
    : [];
}

const CREATED: Readonly<Record<OrderKind, string>> = {
  Machine: 'MachineCreated',
  NodeClaim: 'NodeClaimCreated',
  NodePool: 'NodePoolCreated',
};

export function claimsCreated(api: OrderKind, names: readonly string[], what: string): Notice {
  const message = `asked for ${what} with ${wordOf({ api })} ${names.join(', ')}`;
  return { type: 'Normal', reason: CREATED[api], message, action: 'CreateClaim' };
}

function overall(status: WorkspaceStatus | undefined): Condition | undefined {
  return status?.conditions?.find(({ type }) => type === conditions.workspace.workspaceReady);
}
