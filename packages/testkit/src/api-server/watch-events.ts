import type { WatchEvent } from '@kaito/controller-runtime';

import { asObject } from './object-meta.ts';
import type { Matcher } from './selection.ts';
import type { Change } from './table.ts';

/**
 * What a watch with a selection tells of a change; undefined when neither state is selected. An object that leaves
 * the selection is deleted for this watch: as it was before, in the version of the change.
 */
export function watchEventOf({ event, object, before }: Change, isSelected: Matcher): WatchEvent | undefined {
  const isIn = event !== 'DELETED' && isSelected(object);
  const wasIn = before !== undefined && isSelected(before);
  if (isIn) {
    return { type: wasIn ? 'MODIFIED' : 'ADDED', object };
  }
  if (!wasIn) {
    return undefined;
  }
  if (event === 'DELETED') {
    return { type: 'DELETED', object };
  }
  const { resourceVersion } = object.metadata;
  const metadata = Object.freeze({ ...before.metadata, resourceVersion });
  return { type: 'DELETED', object: asObject(Object.freeze({ ...before, metadata })) };
}
