import { keyOf } from '@kaito/controller-runtime';
import type { Cache } from '@kaito/controller-runtime';
import type { ObjectMeta, Workspace } from '@kaito/types';

/**
 * Workspaces that were let go and that the cache still shows: the answer to the patch that took the last finalizer is
 * the object as it was, so that only the watch tells that it is gone. To reconcile it once more would be for nothing.
 */
export class Released {
  readonly #workspaces: Pick<Cache<Workspace>, 'get'>;
  /** Uid by key; until the cache shows another object, or none. */
  readonly #uids = new Map<string, string>();

  constructor(workspaces: Pick<Cache<Workspace>, 'get'>) {
    this.#workspaces = workspaces;
  }

  note(metadata: ObjectMeta, finalizers: readonly string[]): void {
    if (metadata.deletionTimestamp !== undefined && finalizers.length === 0) {
      this.#uids.set(keyOf({ metadata }), metadata.uid);
    }
  }

  /** Called once more when the watch has told that it is gone, and forgets it then. */
  has(key: string): boolean {
    const uid = this.#uids.get(key);
    if (uid === undefined) {
      return false;
    }
    if (this.#workspaces.get(key)?.metadata.uid === uid) {
      return true;
    }
    this.#uids.delete(key);
    return false;
  }
}
