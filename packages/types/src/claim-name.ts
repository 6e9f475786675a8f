import { hash } from 'node:crypto';

/**
 * The name of the claim in one slot of a Workspace: `ws` and 9 hex digits, a valid agent pool name.
 * The same Workspace and slot give the same name, so that a retry finds its own work; `salt` counts up when
 * a foreign object holds the name.
 */
export function claimName(workspaceUid: string, slot: number, salt = 0): string {
  const seed = salt === 0 ? `${workspaceUid}/${slot}` : `${workspaceUid}/${slot}/${salt}`;
  return `ws${hash('sha256', seed).slice(0, 9)}`;
}
