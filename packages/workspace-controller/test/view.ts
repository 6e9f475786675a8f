import { keyOf } from '@kaito/controller-runtime';
import type { Cache, HasMetadata, KubernetesObject, WatchedKind } from '@kaito/controller-runtime';
import type { FakeKubernetes } from '@kaito/testkit';

type Indexes<T> = Readonly<Record<string, (object: T) => readonly string[]>>;

/** A cache whose watch delivers only when told: until then it shows the past, and what was observed of own writes. */
export class View<T extends HasMetadata> implements Cache<T> {
  readonly hasSynced = true;
  readonly isServed = true;
  readonly #api: FakeKubernetes;
  readonly #kind: WatchedKind<T>;
  readonly #indexes: Indexes<T>;
  /** By raw object: the API server in memory never changes one. */
  readonly #parsed = new WeakMap<KubernetesObject, T>();
  #objects = new Map<string, T>();

  constructor(api: FakeKubernetes, kind: WatchedKind<T>, indexes: Indexes<T> = {}) {
    this.#api = api;
    this.#kind = kind;
    this.#indexes = indexes;
  }

  sync(): void {
    this.#objects = new Map(
      this.#api.objects(this.#kind).map((raw) => {
        const object = this.#read(raw);
        return [keyOf(object), object];
      }),
    );
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(): readonly T[] {
    return [...this.#objects.values()];
  }

  byIndex(index: string, value: string): readonly T[] {
    const valuesOf = this.#indexes[index];
    if (valuesOf === undefined) {
      throw new Error(`no index ${index}`);
    }
    return this.list().filter((object) => valuesOf(object).includes(value));
  }

  observe(raw: KubernetesObject): void {
    const object = this.#read(raw);
    this.#objects.set(keyOf(object), object);
  }

  #read(raw: KubernetesObject): T {
    const known = this.#parsed.get(raw);
    if (known !== undefined) {
      return known;
    }
    const parsed = this.#kind.schema.safeParse(raw);
    if (!parsed.success) {
      throw parsed.error;
    }
    this.#parsed.set(raw, parsed.data);
    return parsed.data;
  }
}
