/** One entry of a 422 answer, in the words of the Python server that clients were written against. */
export interface Issue {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
}

/** Reads a value as pydantic does in its lax mode; reports to `issues` and returns undefined when it cannot. */
export type Reader<T> = (value: unknown, loc: readonly (string | number)[], issues: Issue[]) => T | undefined;

export const string: Reader<string> = (value, loc, issues) => {
  if (typeof value === 'string') {
    return value;
  }
  issues.push({ type: 'string_type', loc, msg: 'Input should be a valid string', input: value });
  return undefined;
};

const BOOLEANS: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(['true', '1', 'yes', 'on', 't', 'y'].map((word) => [word, true])),
  ...Object.fromEntries(['false', '0', 'no', 'off', 'f', 'n'].map((word) => [word, false])),
};

export const boolean: Reader<boolean> = (value, loc, issues) => {
  if (typeof value === 'boolean') {
    return value;
  }
  if (typeof value !== 'string' && typeof value !== 'number') {
    issues.push({ type: 'bool_type', loc, msg: 'Input should be a valid boolean', input: value });
    return undefined;
  }
  const parsed = BOOLEANS[String(value).toLowerCase()];
  if (parsed === undefined) {
    const msg = 'Input should be a valid boolean, unable to interpret input';
    issues.push({ type: 'bool_parsing', loc, msg, input: value });
  }
  return parsed;
};

export const integer: Reader<number> = (value, loc, issues) => {
  const report = (type: string, msg: string): undefined => {
    issues.push({ type, loc, msg: `Input should be a valid integer${msg}`, input: value });
    return undefined;
  };
  if (typeof value === 'boolean') {
    return Number(value);
  }
  if (typeof value === 'string') {
    return /^\s*[+-]?\d+(?:\.0+)?\s*$/u.test(value)
      ? Number(value)
      : report('int_parsing', ', unable to parse string as an integer');
  }
  if (typeof value !== 'number') {
    return report('int_type', '');
  }
  return Number.isInteger(value) ? value : report('int_from_float', ', got a number with a fractional part');
};

export const number: Reader<number> = (value, loc, issues) => {
  if (typeof value === 'number' || typeof value === 'boolean') {
    return Number(value);
  }
  if (typeof value !== 'string') {
    issues.push({ type: 'float_type', loc, msg: 'Input should be a valid number', input: value });
    return undefined;
  }
  const parsed = Number(value);
  if (value.trim() === '' || Number.isNaN(parsed)) {
    const msg = 'Input should be a valid number, unable to parse string as a number';
    issues.push({ type: 'float_parsing', loc, msg, input: value });
    return undefined;
  }
  return parsed;
};

/** Null means absent. */
export function optional<T>(reader: Reader<T>): Reader<T> {
  return (value, loc, issues) => (value === null || value === undefined ? undefined : reader(value, loc, issues));
}

/** Absent means `fallback`; null does not. */
export function defaulted<T>(reader: Reader<T>, fallback: T): Reader<T> {
  return (value, loc, issues) => (value === undefined ? fallback : reader(value, loc, issues));
}

export function required<T>(reader: Reader<T>): Reader<T> {
  return (value, loc, issues) => {
    if (value === undefined) {
      issues.push({ type: 'missing', loc, msg: 'Field required', input: undefined });
      return undefined;
    }
    return reader(value, loc, issues);
  };
}

export function list<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value, loc, issues) => {
    if (!Array.isArray(value)) {
      issues.push({ type: 'list_type', loc, msg: 'Input should be a valid list', input: value });
      return undefined;
    }
    const entries: readonly unknown[] = value;
    return entries.flatMap((entry, index) => reader(entry, [...loc, index], issues) ?? []);
  };
}

type Fields<T> = { readonly [K in keyof T]-?: Reader<NonNullable<T[K]>> };

export type Read<T> = { readonly [K in keyof T]?: T[K] };

/** Reads the named fields, in their order; others are not looked at. */
export function model<T>(fields: Fields<T>): Reader<Read<T>> {
  return (value, loc, issues) => {
    if (!isRecord(value)) {
      const msg = 'Input should be a valid dictionary or object to extract fields from';
      issues.push({ type: 'model_attributes_type', loc, msg, input: value });
      return undefined;
    }
    const own: Issue[] = [];
    const result: { [K in keyof T]?: T[K] } = {};
    for (const name in fields) {
      const read = fields[name](value[name], [...loc, name], own);
      if (read !== undefined) {
        result[name] = read;
      }
    }
    // What is missing has no input of its own: pydantic shows the object around it.
    issues.push(
      ...own.map((issue) =>
        issue.type === 'missing' && issue.input === undefined ? { ...issue, input: value } : issue,
      ),
    );
    return result;
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
