import { isFields, isList } from '../json.ts';
import type { Fields } from '../json.ts';
import { fieldShape } from './shape.ts';
import type { RecordShape, Shape } from './shape.ts';

/** A value with the defaults of its schema filled in; the same value when none is missing. */
export function defaulted(shape: Shape, value: unknown): unknown {
  if (shape.rules?.hasDefaults !== true) {
    return value;
  }
  if (shape.kind === 'record' && isFields(value)) {
    return defaultedFields(shape, value);
  }
  return shape.kind === 'list' && isList(value) ? defaultedItems(shape.items, value) : value;
}

function defaultedFields(shape: RecordShape, value: Fields): Fields {
  const whole = withMissing(shape, value);
  let next: Record<string, unknown> | undefined;
  for (const name of Object.keys(whole)) {
    const field = whole[name];
    const inner = fieldShape(shape, name);
    const filled = inner === undefined || field === null ? field : defaulted(inner, field);
    if (filled !== field) {
      next ??= { ...whole };
      next[name] = filled;
    }
  }
  return next === undefined ? whole : Object.freeze(next);
}

function withMissing({ rules }: RecordShape, value: Fields): Fields {
  let next: Record<string, unknown> | undefined;
  for (const [name, byDefault] of rules?.defaults ?? []) {
    if (value[name] === undefined || value[name] === null) {
      next ??= { ...value };
      next[name] = byDefault;
    }
  }
  return next === undefined ? value : Object.freeze(next);
}

function defaultedItems(shape: Shape, value: readonly unknown[]): readonly unknown[] {
  const next = value.map((item) => defaulted(shape, item));
  return next.every((item, index) => item === value[index]) ? value : Object.freeze(next);
}
