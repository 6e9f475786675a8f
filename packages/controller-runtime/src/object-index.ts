/** Objects by a value computed from them. */
export class ObjectIndex<T> {
  readonly #valuesOf: (object: T) => readonly string[];
  readonly #byValue = new Map<string, Map<string, T>>();

  constructor(valuesOf: (object: T) => readonly string[]) {
    this.#valuesOf = valuesOf;
  }

  get(value: string): readonly T[] {
    return [...(this.#byValue.get(value)?.values() ?? [])];
  }

  replace(key: string, object: T, before?: T): void {
    if (before !== undefined) {
      this.remove(key, before);
    }
    for (const value of this.#valuesOf(object)) {
      const bucket = this.#byValue.get(value) ?? new Map<string, T>();
      this.#byValue.set(value, bucket.set(key, object));
    }
  }

  remove(key: string, object: T): void {
    for (const value of this.#valuesOf(object)) {
      const bucket = this.#byValue.get(value);
      bucket?.delete(key);
      if (bucket?.size === 0) {
        this.#byValue.delete(value);
      }
    }
  }
}
