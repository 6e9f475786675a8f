import type { KubernetesObject, ResourceType, Selection } from '@kaito/controller-runtime';

import { fieldRequirements } from './field-selector.ts';
import { isSelectedByLabels } from './label-selector.ts';

/** Whether an object belongs to a selection. */
export type Matcher = (object: KubernetesObject) => boolean;

/** Refuses a selector that cannot be read, or that names a field which this kind is not selected by. */
export function matcherOf(
  type: ResourceType,
  { namespace, labelSelector = '', fieldSelector = '' }: Selection,
): Matcher {
  const fields = fieldRequirements(type, fieldSelector);
  isSelectedByLabels(labelSelector);
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    isSelectedByLabels(labelSelector, object.metadata.labels) &&
    fields.every((isFulfilled) => isFulfilled(object));
}
