import { fieldsOf } from '../json.ts';
import { internalError } from '../refusal.ts';
import type { ListShape } from '../schema/shape.ts';

/** The items of a list that is merged by item, under their step in a field set, in their order. */
export function itemsByStep(shape: ListShape, list: readonly unknown[]): ReadonlyMap<string, unknown> {
  const items = new Map<string, unknown>();
  for (const item of list) {
    items.set(itemStep(shape, item), item);
  }
  return items;
}

function itemStep({ merge, items }: ListShape, item: unknown): string {
  if (merge === 'set' || merge === 'atomic') {
    return `v:${JSON.stringify(item)}`;
  }
  const fields = fieldsOf(item);
  const [only] = merge;
  if (merge.length === 1 && only !== undefined && typeof fields[only] === 'string') {
    return `k:{"${only}":${JSON.stringify(fields[only])}}`;
  }
  const key = merge.toSorted().map((name) => {
    const field = items.kind === 'record' ? items.fields.get(name) : undefined;
    const value = fields[name] ?? (field?.kind === 'scalar' ? field.keyDefault : undefined);
    if (value === undefined) {
      throw internalError(
        `associative list with keys has an element that omits key field "${name}" (and doesn't have default value)`,
      );
    }
    return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
  });
  return `k:{${key.join(',')}}`;
}
