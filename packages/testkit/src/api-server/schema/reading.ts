import { isFields, isList } from '../json.ts';
import type { Fields } from '../json.ts';
import { canonicalQuantity } from './quantity.ts';
import { fieldShape } from './shape.ts';
import type { AnyShape, RecordShape, Shape } from './shape.ts';

/** How a client's JSON becomes the server's. */
export interface Reading {
  /** As Go writes structs: what is empty is left out. */
  readonly isStruct: boolean;
  /** Set when there was a field that nobody knows; it is left out. */
  hasUnknown: boolean;
}

/** A frozen copy of a value by its shape. What is the same object as in `before` has been read already. */
export function readFields(shape: RecordShape | AnyShape, value: Fields, before: unknown, reading: Reading): Fields {
  const earlier = isFields(before) ? before : undefined;
  const read: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const field = value[name];
    if (field !== undefined) {
      const next =
        field === earlier?.[name] ? field : readField(shape, name, { field, before: earlier?.[name] }, reading);
      if (next !== undefined) {
        read[name] = next;
      }
    }
  }
  return Object.freeze(read);
}

interface Field {
  readonly field: unknown;
  readonly before: unknown;
}

/** Undefined for what is left out. */
function readField(owner: RecordShape | AnyShape, name: string, { field, before }: Field, reading: Reading): unknown {
  const shape = fieldShape(owner, name);
  if (shape === undefined) {
    // told through the argument, so that reading what is well costs no more
    reading.hasUnknown = true;
    return undefined;
  }
  const next = readValue(shape, field, before, reading);
  return isNullField(shape, next) || (reading.isStruct && isOmitted(owner, shape, next)) ? undefined : next;
}

function readValue(shape: Shape, value: unknown, before: unknown, reading: Reading): unknown {
  if (isList(value)) {
    const items = shape.kind === 'list' ? shape.items : shape;
    return Object.freeze(value.map((item) => readItem(items, item, before, reading)));
  }
  if (isFields(value) && (shape.kind === 'record' || shape.kind === 'any')) {
    return readFields(shape, value, before, reading);
  }
  if (shape.kind === 'scalar' && shape.type === 'quantity') {
    return canonicalQuantity(value);
  }
  return isFields(value) ? Object.freeze({ ...value }) : value;
}

/** Items have no counterpart that is known without their keys; one that was taken over as it is, is found again. */
function readItem(shape: Shape, item: unknown, before: unknown, reading: Reading): unknown {
  return isList(before) && before.includes(item) ? item : readValue(shape, item, undefined, reading);
}

/** Null means absent, wherever the schema knows better than to keep anything. */
function isNullField(shape: Shape, value: unknown): boolean {
  return value === null && shape.kind !== 'any';
}

/** The keys of a map stay, whatever they hold; empty structs stay, for they may mean something. */
function isOmitted(owner: RecordShape | AnyShape, shape: Shape, value: unknown): boolean {
  if (owner.kind === 'any' || owner.rest !== undefined) {
    return false;
  }
  return (
    isOmittedScalar(shape, value) ||
    (isList(value) && value.length === 0) ||
    (shape.kind === 'record' && shape.rest !== undefined && isFields(value) && Object.keys(value).length === 0)
  );
}

function isOmittedScalar(shape: Shape, value: unknown): boolean {
  if (shape.kind !== 'scalar') {
    return false;
  }
  return value === ''
    ? shape.isKeptWhenEmpty !== true
    : shape.isOmittedWhenZero === true && (value === 0 || value === false);
}
