import type { ObjectKey, ResourceType } from '@kaito/controller-runtime';

/** An object, and no other that comes to have its name. */
export interface Identity {
  readonly type: ResourceType;
  readonly key: ObjectKey;
  readonly uid: string;
}

/** Who says to be owned by whom, whether there is such an owner or not. */
export class Dependents {
  readonly #byOwner = new Map<string, Map<string, Identity>>();

  add(owner: string, dependent: Identity): void {
    const dependents = this.#byOwner.get(owner);
    if (dependents === undefined) {
      this.#byOwner.set(owner, new Map([[dependent.uid, dependent]]));
    } else {
      dependents.set(dependent.uid, dependent);
    }
  }

  remove(owner: string, dependent: string): void {
    const dependents = this.#byOwner.get(owner);
    dependents?.delete(dependent);
    if (dependents?.size === 0) {
      this.#byOwner.delete(owner);
    }
  }

  /** As they are at the time of asking. */
  of(owner: string): readonly Identity[] {
    return [...(this.#byOwner.get(owner)?.values() ?? [])];
  }
}
