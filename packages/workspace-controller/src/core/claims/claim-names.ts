import { claimName } from '@kaito/types';

/** The name of the claim in this slot: the first of its names that nobody else's object has. */
export function slotName(workspaceUid: string, slot: number, isForeign: (name: string) => boolean): string {
  let salt = 0;
  while (isForeign(claimName(workspaceUid, slot, salt))) {
    salt += 1;
  }
  return claimName(workspaceUid, slot, salt);
}
