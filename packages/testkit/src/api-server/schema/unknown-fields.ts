import { isFields, isList } from '../json.ts';
import { fieldShape } from './shape.ts';
import type { Shape } from './shape.ts';

/** The paths of the fields that a schema does not know, as `spec.taints[0].size`. */
export function unknownFields(shape: Shape, value: unknown, path = ''): readonly string[] {
  if (isList(value)) {
    const items = shape.kind === 'list' ? shape.items : shape;
    return value.flatMap((item, index) => unknownFields(items, item, `${path}[${index}]`));
  }
  if (!isFields(value) || shape.kind !== 'record') {
    return [];
  }
  return Object.entries(value).flatMap(([name, field]) => {
    const inner = fieldShape(shape, name);
    const place = path === '' ? name : `${path}.${name}`;
    return inner === undefined ? [place] : unknownFields(inner, field, place);
  });
}
