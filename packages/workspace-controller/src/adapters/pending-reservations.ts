import { keyOf, ReconcileError } from '@kaito/controller-runtime';
import type { Workspace } from '@kaito/types';

import type { Caches } from '../informers.ts';

/**
 * Which nodes this process is about to take for whom: while the answer to a status write is on its way, the caches show
 * them as free to everybody else.
 */
export class PendingReservations {
  readonly #workspaces: Caches['workspaces'];
  /** By Node name: the key and uid of the Workspace. */
  readonly #pending = new Map<string, { readonly key: string; readonly uid: string }>();

  constructor(workspaces: Caches['workspaces']) {
    this.#workspaces = workspaces;
  }

  /** Writes what reserves these nodes, unless one of them is somebody else's by now. */
  async during(workspace: Workspace, names: readonly string[], write: () => Promise<void>): Promise<void> {
    const holder = { key: keyOf(workspace), uid: workspace.metadata.uid };
    for (const name of names) {
      this.#refuseIfTaken(name, holder.uid);
    }
    for (const name of names) {
      this.#pending.set(name, holder);
    }
    try {
      await write();
    } finally {
      for (const name of names) {
        this.#pending.delete(name);
      }
    }
  }

  #refuseIfTaken(name: string, own: string): void {
    const pending = this.#pending.get(name);
    const holder =
      pending === undefined || pending.uid === own
        ? this.#workspaces
            .byIndex('workerNode', name)
            .filter(({ metadata }) => metadata.uid !== own)
            .map(keyOf)[0]
        : pending.key;
    if (holder !== undefined) {
      throw new ReconcileError('NodeTaken', `node ${name} has just been taken by ${holder}`, 'retry');
    }
  }
}
