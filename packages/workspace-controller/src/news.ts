import type { Change, HasMetadata } from '@kaito/controller-runtime';
import { isSameJson } from '@kaito/types';

/** Whether anything has changed that is read here: most changes of an object are about fields that nobody here reads. */
export function isNews({ before, after }: Change<HasMetadata>): boolean {
  return before === undefined || after === undefined || !isSameJson(unversioned(before), unversioned(after));
}

function unversioned(object: HasMetadata): object {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
