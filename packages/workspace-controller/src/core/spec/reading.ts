/** Something in the spec that keeps the Workspace from running until a person changes it. */
export interface Problem {
  /** The field, as the manifest names it. */
  readonly path: string;
  readonly message: string;
  /** `image`: no kubelet could pull it. `unavailable`: right, but not done by this release. */
  readonly kind: 'invalid' | 'image' | 'unavailable';
}

/** Either what was read, or everything that is wrong with it. */
export type Reading<T> = { readonly value: T } | { readonly problems: readonly Problem[] };

export function invalid(path: string, message: string): Problem {
  return { path, message, kind: 'invalid' };
}

export function unavailable(path: string, message: string): Problem {
  return { path, message, kind: 'unavailable' };
}

export function isRead<T>(reading: Reading<T>): reading is { readonly value: T } {
  return 'value' in reading;
}

export function problemsOf(reading: Reading<unknown>): readonly Problem[] {
  return 'problems' in reading ? reading.problems : [];
}

/** The value, unless there are problems. */
export function readingOf<T>(problems: readonly Problem[], value: () => T): Reading<T> {
  return problems.length > 0 ? { problems } : { value: value() };
}

export function sentence(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
}
