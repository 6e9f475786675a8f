/** The fields of a JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

const NO_FIELDS: Fields = Object.freeze({});

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** None for what is no object. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : NO_FIELDS;
}

/** What lies at a path of field names. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const step of path) {
    if (!isFields(found)) {
      return undefined;
    }
    found = found[step];
  }
  return found;
}

/** What JSON would carry of a value (no `undefined`), frozen all the way down; what is frozen already is taken as it is. */
export function frozenCopy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) {
    return value;
  }
  if (isList(value)) {
    return Object.freeze(value.map(frozenCopy));
  }
  const copy: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    if (field !== undefined) {
      copy[name] = frozenCopy(field);
    }
  }
  return Object.freeze(copy);
}

/** `next`, with every part that equals the one in `before` replaced by that; `before` itself when nothing differs. */
export function shared(before: unknown, next: unknown): unknown {
  if (before === next) {
    return before;
  }
  if (isFields(before) && isFields(next)) {
    return sharedFields(before, next);
  }
  return isList(before) && isList(next) ? sharedList(before, next) : next;
}

function sharedFields(before: Fields, next: Fields): Fields {
  let isSame = true;
  let mixed: Record<string, unknown> | undefined;
  const names = Object.keys(next);
  for (const name of names) {
    const value = shared(before[name], next[name]);
    isSame &&= value === before[name];
    if (value !== next[name]) {
      mixed ??= { ...next };
      mixed[name] = value;
    }
  }
  if (isSame && names.length === Object.keys(before).length) {
    return before;
  }
  return mixed === undefined ? next : Object.freeze(mixed);
}

function sharedList(before: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  let isSame = before.length === next.length;
  let mixed: unknown[] | undefined;
  for (const [index, item] of next.entries()) {
    const value = shared(before[index], item);
    isSame &&= value === before[index];
    if (value !== item) {
      mixed ??= [...next];
      mixed[index] = value;
    }
  }
  if (isSame) {
    return before;
  }
  return mixed === undefined ? next : Object.freeze(mixed);
}

/** Whether two values are the same JSON. */
export function isSameJson(left: unknown, right: unknown): boolean {
  return left === right || shared(left, right) === left;
}
