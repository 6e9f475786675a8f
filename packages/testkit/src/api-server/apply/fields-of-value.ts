import { isFields, isList } from '../json.ts';
import type { Fields } from '../json.ts';
import { fieldShape } from '../schema/shape.ts';
import type { AnyShape, ListShape, RecordShape, Shape } from '../schema/shape.ts';
import { fieldSet, LEAF, NOTHING } from './field-set.ts';
import type { FieldSet } from './field-set.ts';
import { itemsByStep } from './list-items.ts';

/** The fields that a value sets: its leaves, the items of its lists, the keys of its maps. */
export function fieldsOfValue(shape: Shape, value: unknown): FieldSet {
  if (isFields(value) && (shape.kind === 'record' || shape.kind === 'any')) {
    return shape.kind === 'record' && shape.isAtomic ? LEAF : fieldsOfRecord(shape, value);
  }
  if (isList(value) && shape.kind === 'list') {
    return shape.merge === 'atomic' ? LEAF : fieldsOfList(shape, value);
  }
  return LEAF;
}

/** An empty struct or map, and every key of a map, is set itself; a struct with fields is not. */
function fieldsOfRecord(shape: RecordShape | AnyShape, value: Fields): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const name of Object.keys(value)) {
    const field = value[name];
    const below = fieldsOfValue(fieldShape(shape, name) ?? shape, field);
    const isItself = below.isMember || isEmptyRecord(field) || isMapKey(shape, name);
    children.set(`f:${name}`, isItself && !below.isMember ? fieldSet(true, below.children) : below);
  }
  return fieldSet(false, children);
}

function fieldsOfList(shape: ListShape, value: readonly unknown[]): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const [step, item] of itemsByStep(shape, value)) {
    children.set(step, fieldSet(true, fieldsOfValue(shape.items, item).children));
  }
  return children.size === 0 ? NOTHING : fieldSet(false, children);
}

function isEmptyRecord(value: unknown): boolean {
  return isFields(value) && Object.keys(value).length === 0;
}

export function isMapKey(shape: RecordShape | AnyShape, name: string): boolean {
  return shape.kind === 'any' || !shape.fields.has(name);
}
