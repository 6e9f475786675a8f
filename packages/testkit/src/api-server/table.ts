import type { KubernetesObject, ObjectKey, ResourceType } from '@kaito/controller-runtime';

import type { KindRules } from './kind-rules.ts';

/** One accepted write. */
export interface Change {
  readonly version: number;
  readonly type: ResourceType;
  readonly event: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** As it is after the write; what was deleted, as it was last, in the version of its deletion. */
  readonly object: KubernetesObject;
  readonly before?: KubernetesObject;
}

export type ObjectMap = ReadonlyMap<string, KubernetesObject>;

/** In the order of keys in a list. */
function tableKey({ namespace, name }: ObjectKey): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** All objects of a kind, and how they came to be so. */
export class Table {
  readonly rules: KindRules;
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #changes: Change[] = [];

  constructor(rules: KindRules) {
    this.rules = rules;
  }

  get(key: ObjectKey): KubernetesObject | undefined {
    return this.#objects.get(tableKey(key));
  }

  get objects(): ObjectMap {
    return this.#objects;
  }

  record(change: Change): void {
    const key = tableKey(change.object.metadata);
    if (change.event === 'DELETED') {
      this.#objects.delete(key);
    } else {
      this.#objects.set(key, change.object);
    }
    this.#changes.push(change);
  }

  /** In order; those after `version`. */
  changesSince(version: number): readonly Change[] {
    let first = this.#changes.length;
    while (first > 0 && (this.#changes[first - 1]?.version ?? 0) > version) {
      first -= 1;
    }
    return this.#changes.slice(first);
  }

  /** The object as it was at `version`. */
  getAt(key: ObjectKey, version: number): KubernetesObject | undefined {
    const id = tableKey(key);
    const next = this.changesSince(version).find(({ object }) => tableKey(object.metadata) === id);
    return next === undefined ? this.#objects.get(id) : next.before;
  }

  /** All objects as they were at `version`. */
  objectsAt(version: number): ObjectMap {
    const undone = this.changesSince(version);
    if (undone.length === 0) {
      return this.#objects;
    }
    const objects = new Map(this.#objects);
    for (const { object, before } of undone.toReversed()) {
      const key = tableKey(object.metadata);
      if (before === undefined) {
        objects.delete(key);
      } else {
        objects.set(key, before);
      }
    }
    return objects;
  }
}
