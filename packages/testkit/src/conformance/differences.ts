import { isDeepStrictEqual } from 'node:util';

export interface Difference {
  /** Where in the outcomes, as `3.pods.0.phase`. */
  readonly path: string;
  readonly model: unknown;
  readonly real: unknown;
}

/** The innermost places in which two outcomes differ. */
export function differences(model: unknown, real: unknown, path = ''): readonly Difference[] {
  if (isDeepStrictEqual(model, real)) {
    return [];
  }
  if (!isBranch(model) || !isBranch(real) || Array.isArray(model) !== Array.isArray(real)) {
    return [{ path, model, real }];
  }
  const names = new Set([...Object.keys(model), ...Object.keys(real)]);
  return [...names].flatMap((name) => differences(model[name], real[name], path === '' ? name : `${path}.${name}`));
}

function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
