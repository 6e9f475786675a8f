import { isFields, isList } from '../json.ts';
import type { Fields } from '../json.ts';

/** With these fields where they are absent; the same object when none is. */
export function filled(object: Fields, defaults: Fields): Fields {
  let next: Record<string, unknown> | undefined;
  for (const [name, value] of Object.entries(defaults)) {
    if (object[name] === undefined && value !== undefined) {
      next ??= { ...object };
      next[name] = value;
    }
  }
  return next === undefined ? object : Object.freeze(next);
}

/** With one field made anew, where it is an object. */
export function withPart(object: Fields, name: string, part: (value: Fields) => Fields): Fields {
  const value = object[name];
  if (!isFields(value)) {
    return object;
  }
  const next = part(value);
  return next === value ? object : Object.freeze({ ...object, [name]: next });
}

/** With each item of a list made anew, where there is one. */
export function withItems(object: Fields, name: string, item: (value: Fields) => Fields): Fields {
  const list = object[name];
  if (!isList(list)) {
    return object;
  }
  const next = list.map((value) => (isFields(value) ? item(value) : value));
  return next.every((value, index) => value === list[index])
    ? object
    : Object.freeze({ ...object, [name]: Object.freeze(next) });
}
