import { keyOf } from './cache.ts';
import type { Cache, Change, HasMetadata, WatchedKind } from './cache.ts';
import type { KubernetesObject } from './kubernetes.ts';
import type { Logger } from './logger.ts';
import { ObjectIndex } from './object-index.ts';
import { compareResourceVersions } from './resource-version.ts';

export type Indexes<T> = Readonly<Record<string, (object: T) => readonly string[]>>;

export interface ObjectStoreOptions<T> {
  readonly kind: WatchedKind<T>;
  readonly indexes?: Indexes<T>;
  readonly logger: Logger;
  readonly onChange: (change: Change<T>) => void;
  /** Called after `isServed` has changed. */
  readonly onServed?: () => void;
}

/** The cache of one kind with its writing side, which belongs to the reflector. */
export class ObjectStore<T extends HasMetadata> implements Cache<T> {
  readonly #kind: WatchedKind<T>;
  readonly #logger: Logger;
  readonly #onChange: (change: Change<T>) => void;
  readonly #onServed: () => void;
  readonly #objects = new Map<string, T>();
  readonly #indexes: ReadonlyMap<string, ObjectIndex<T>>;
  /** By key: the uid whose unreadable state was logged. */
  readonly #unreadable = new Map<string, string>();
  /** The newest version that the list or the watch has delivered. */
  #delivered = '0';
  #hasSynced = false;
  #isServed = true;

  constructor({ kind, indexes = {}, logger, onChange, onServed = () => undefined }: ObjectStoreOptions<T>) {
    this.#kind = kind;
    this.#logger = logger;
    this.#onChange = onChange;
    this.#onServed = onServed;
    this.#indexes = new Map(Object.entries(indexes).map(([name, valuesOf]) => [name, new ObjectIndex(valuesOf)]));
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  get isServed(): boolean {
    return this.#isServed;
  }

  get size(): number {
    return this.#objects.size;
  }

  get unreadableCount(): number {
    return this.#unreadable.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(): readonly T[] {
    return [...this.#objects.values()];
  }

  byIndex(index: string, value: string): readonly T[] {
    const found = this.#indexes.get(index);
    if (found === undefined) {
      throw new Error(`the cache of ${this.#kind.plural} has no index "${index}"`);
    }
    return found.get(value);
  }

  observe(raw: KubernetesObject): void {
    if (compareResourceVersions(versionOf(raw), this.#delivered) <= 0) {
      return;
    }
    const object = this.read(raw);
    if (object !== undefined && this.#isNewer(object)) {
      this.#put(object);
    }
  }

  /** The typed object; undefined when the schema refuses it, which is logged once. */
  read(raw: KubernetesObject): T | undefined {
    const parsed = this.#kind.schema.safeParse(withoutManagedFields(raw));
    const key = keyOf(raw);
    if (parsed.success) {
      this.#unreadable.delete(key);
      return parsed.data;
    }
    const { uid, name, namespace } = raw.metadata;
    if (this.#unreadable.get(key) !== uid) {
      this.#logger.error({ namespace, name, reason: parsed.error.message }, 'Ignoring an object that cannot be read');
      this.#unreadable.set(key, uid);
    }
    return undefined;
  }

  /** There is nothing of the kind, whatever was known before: the cluster does not serve it. */
  clear(): void {
    this.#removeAll();
    this.#hasSynced = true;
    this.#setServed(false);
  }

  /**
   * Takes in a complete list, by key, unreadable objects as undefined. What is not in it has vanished, unless an
   * own write made it since.
   */
  replace(listed: ReadonlyMap<string, T | undefined>, listVersion: string): void {
    if (compareResourceVersions(listVersion, this.#delivered) < 0) {
      this.#forgetHistory();
    }
    this.#delivered = listVersion;
    for (const [key, object] of this.#objects) {
      if (listed.get(key) === undefined && compareResourceVersions(versionOf(object), listVersion) <= 0) {
        this.#remove(key, object);
      }
    }
    for (const object of listed.values()) {
      if (object !== undefined && this.#isNewer(object)) {
        this.#put(object);
      }
    }
    for (const key of this.#unreadable.keys()) {
      if (!listed.has(key)) {
        this.#unreadable.delete(key);
      }
    }
    this.#hasSynced = true;
    this.#setServed(true);
  }

  /** Takes in what the watch delivered. */
  take(type: 'ADDED' | 'MODIFIED' | 'DELETED', raw: KubernetesObject): void {
    this.advanceTo(versionOf(raw));
    if (type !== 'DELETED' && this.#isKnown(raw)) {
      return;
    }
    const object = type === 'DELETED' ? undefined : this.read(raw);
    if (object !== undefined) {
      if (this.#isNewer(object)) {
        this.#put(object);
      }
      return;
    }
    const key = keyOf(raw);
    if (type === 'DELETED') {
      this.#unreadable.delete(key);
    }
    const current = this.#objects.get(key);
    if (current !== undefined && this.#isOutdatedBy(current, raw)) {
      this.#remove(key, current);
    }
  }

  /** Everything up to this version has been delivered. */
  advanceTo(version: string): void {
    if (compareResourceVersions(version, this.#delivered) > 0) {
      this.#delivered = version;
    }
  }

  #setServed(isServed: boolean): void {
    if (this.#isServed !== isServed) {
      this.#isServed = isServed;
      this.#onServed();
    }
  }

  /** What an own write answered comes once more with the watch; reading it again would tell nothing. */
  #isKnown(raw: KubernetesObject): boolean {
    const current = this.#objects.get(keyOf(raw));
    return current?.metadata.uid === raw.metadata.uid && versionOf(current) === versionOf(raw);
  }

  #isNewer(object: T): boolean {
    const current = this.#objects.get(keyOf(object));
    return current === undefined || compareResourceVersions(versionOf(object), versionOf(current)) > 0;
  }

  #isOutdatedBy(current: T, raw: KubernetesObject): boolean {
    return current.metadata.uid === raw.metadata.uid || compareResourceVersions(versionOf(raw), versionOf(current)) > 0;
  }

  /** The server's versions went back: it is another server, or one restored from a backup. */
  #forgetHistory(): void {
    this.#logger.warn({ delivered: this.#delivered }, 'Starting over: the resource versions of the server went back');
    this.#removeAll();
  }

  #removeAll(): void {
    for (const [key, object] of this.#objects) {
      this.#remove(key, object);
    }
  }

  #put(object: T): void {
    const key = keyOf(object);
    const before = this.#objects.get(key);
    if (before !== undefined && before.metadata.uid !== object.metadata.uid) {
      this.#remove(key, before);
      this.#store(key, object);
      this.#onChange({ after: object });
      return;
    }
    this.#store(key, object, before);
    this.#onChange(before === undefined ? { after: object } : { before, after: object });
  }

  #store(key: string, object: T, before?: T): void {
    this.#objects.set(key, object);
    for (const index of this.#indexes.values()) {
      index.replace(key, object, before);
    }
  }

  #remove(key: string, object: T): void {
    this.#objects.delete(key);
    for (const index of this.#indexes.values()) {
      index.remove(key, object);
    }
    this.#onChange({ before: object });
  }
}

function versionOf(object: HasMetadata): string {
  return object.metadata.resourceVersion;
}

function withoutManagedFields(raw: KubernetesObject): KubernetesObject {
  if (!('managedFields' in raw.metadata)) {
    return raw;
  }
  const { managedFields: _, ...metadata } = raw.metadata;
  return { ...raw, metadata };
}
