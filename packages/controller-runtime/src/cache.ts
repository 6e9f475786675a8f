import type { KubernetesObject, ObjectKey, ObjectMeta, ResourceType } from './kubernetes.ts';

/** Turns what the API server answered into a typed object; a zod schema is one. */
export interface Schema<T> {
  safeParse(
    raw: unknown,
  ): { readonly success: true; readonly data: T } | { readonly success: false; readonly error: Error };
}

/** A kind whose objects can be read into `T`. */
export interface WatchedKind<T> extends ResourceType {
  readonly schema: Schema<T>;
}

export interface HasMetadata {
  readonly metadata: ObjectMeta;
}

/** What a reflector knows of one kind. Objects in it are shared: read them, never change them. */
export interface Cache<T extends HasMetadata> {
  /** `key` as {@link keyOf} makes it. */
  get(key: string): T | undefined;
  list(): readonly T[];
  /** Throws for an index that the informer was not given. */
  byIndex(index: string, value: string): readonly T[];
  /**
   * Takes in the answer of an own write, so that the next reconcile sees it; ignored when the watch has already
   * gone past it, so that what was deleted meanwhile stays deleted. Own deletes are learned from the watch alone.
   */
  observe(object: KubernetesObject): void;
  /** Whether one complete list has been taken in. */
  readonly hasSynced: boolean;
  /** False while an optional kind is not served by the cluster. */
  readonly isServed: boolean;
}

/** What happened to one object. `before` alone: deleted; `after` alone: added. */
export interface Change<T> {
  readonly before?: T;
  readonly after?: T;
}

/** `namespace/name`, or `name` alone for what lives in no namespace. */
export function keyOf(object: HasMetadata): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

export function parseKey(key: string): ObjectKey {
  const slash = key.indexOf('/');
  return slash === -1 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The key of the changed object itself: what a controller of this kind reconciles. */
export function keysOfChange(change: Change<HasMetadata>): readonly string[] {
  const object = change.after ?? change.before;
  return object === undefined ? [] : [keyOf(object)];
}
