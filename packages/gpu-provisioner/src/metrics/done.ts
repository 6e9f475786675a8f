import { finalizers } from '@kaito/types';

import type { Action } from '../core/actions.ts';
import type { ObjectPatch } from '../core/nodes/node-patch.ts';

export type Done<Kind extends Action['kind']> = Extract<Action, { readonly kind: Kind }>;

/** Whether the patch lets an object go that we held. */
export function isRelease({ metadata }: ObjectPatch): boolean {
  return metadata.finalizers !== undefined && !metadata.finalizers.includes(finalizers.termination);
}
