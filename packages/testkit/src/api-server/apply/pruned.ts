import { isFields, isList } from '../json.ts';
import type { Fields } from '../json.ts';
import { fieldShape } from '../schema/shape.ts';
import type { AnyShape, ListShape, RecordShape, Shape } from '../schema/shape.ts';
import { difference, fieldSet, intersection, isNothing, isSubset, NOTHING, union } from './field-set.ts';
import type { FieldSet } from './field-set.ts';
import { fieldsOfValue, isMapKey } from './fields-of-value.ts';
import { itemsByStep } from './list-items.ts';

export interface Prune {
  readonly shape: Shape;
  /** What is live, with what is applied merged in. */
  readonly object: Fields;
  /** What the manager applied the last time. */
  readonly last: FieldSet;
  /** What the manager applies now. */
  readonly said: FieldSet;
  /** What the other managers hold. */
  readonly heldByOthers: () => FieldSet;
}

/** Takes out what the manager applied the last time and nobody holds any more. */
export function pruned({ shape, object, last, said, heldByOthers }: Prune): Fields {
  if (isSubset(last, said)) {
    return object;
  }
  const managed = union(heldByOthers(), said);
  if (isSubset(last, managed)) {
    return object;
  }
  const lastNamed = withStructs(shape, last);
  const all = withStructs(shape, fieldsOfValue(shape, object));
  const untouched = remaining(shape, object, lastNamed);
  const stays = union(fieldsNamedOf(shape, untouched), withStructs(shape, managed));
  const kept = remaining(shape, object, difference(all, stays));
  const gone = intersection(difference(all, fieldsNamedOf(shape, kept)), lastNamed);
  return remaining(shape, object, gone);
}

function fieldsNamedOf(shape: Shape, value: Fields): FieldSet {
  return withStructs(shape, fieldsOfValue(shape, value));
}

/** With every struct field that has members below it; not the keys of maps and the items of lists. */
function withStructs(shape: Shape, set: FieldSet): FieldSet {
  if (set.children.size === 0) {
    return set;
  }
  const children = new Map<string, FieldSet>();
  for (const [step, child] of set.children) {
    const isStructField = shape.kind === 'record' && step.startsWith('f:') && !isMapKey(shape, step.slice(2));
    const below = withStructs(shapeBelow(shape, step), child);
    children.set(step, isStructField && !below.isMember ? fieldSet(true, below.children) : below);
  }
  return fieldSet(set.isMember, children);
}

function shapeBelow(shape: Shape, step: string): Shape {
  if (shape.kind === 'list') {
    return shape.items;
  }
  return shape.kind === 'scalar' ? shape : (fieldShape(shape, step.slice(2)) ?? shape);
}

function remaining(shape: Shape, object: Fields, gone: FieldSet): Fields {
  const left = remainingOf(shape, object, gone);
  return isFields(left) ? left : Object.freeze({});
}

/** Null when nothing is left, as the real server has it. */
function remainingOf(shape: Shape, value: unknown, gone: FieldSet): unknown {
  if (isNothing(gone)) {
    return value;
  }
  if (isFields(value) && (shape.kind === 'any' || shape.kind === 'record')) {
    return shape.kind === 'record' && shape.isAtomic ? null : remainingFields(shape, value, gone);
  }
  if (isList(value) && shape.kind === 'list') {
    return shape.merge === 'atomic' ? null : remainingItems(shape, value, gone);
  }
  return value;
}

function remainingFields(shape: RecordShape | AnyShape, value: Fields, gone: FieldSet): Fields | null {
  const left: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const below = gone.children.get(`f:${name}`) ?? NOTHING;
    if (!below.isMember) {
      left[name] = remainingOf(fieldShape(shape, name) ?? shape, value[name], below);
    }
  }
  return Object.keys(left).length === 0 ? null : Object.freeze(left);
}

function remainingItems(shape: ListShape, value: readonly unknown[], gone: FieldSet): readonly unknown[] | null {
  const left: unknown[] = [];
  for (const [step, item] of itemsByStep(shape, value)) {
    const below = gone.children.get(step) ?? NOTHING;
    if (!below.isMember) {
      left.push(remainingOf(shape.items, item, below));
    }
  }
  return left.length === 0 ? null : Object.freeze(left);
}
