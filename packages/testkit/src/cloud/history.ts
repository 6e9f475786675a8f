import type { AgentPool } from '@kaito/gpu-provisioner';

interface Snapshot {
  readonly atMs: number;
  readonly pools: readonly AgentPool[];
}

/** Every state that the cluster's pools were in, in the order of their names; a state's version is its number. */
export class History {
  readonly #snapshots: Snapshot[] = [];

  get version(): number {
    return this.#snapshots.length - 1;
  }

  get latest(): readonly AgentPool[] {
    return this.asOf(this.version);
  }

  /** Forgets everything that was: this is the first state. */
  begin(pools: Iterable<{ readonly view: AgentPool }>, atMs: number): void {
    this.#snapshots.length = 0;
    this.add(pools, atMs);
  }

  add(pools: Iterable<{ readonly view: AgentPool }>, atMs: number): void {
    const views = Array.from(pools, ({ view }) => view).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    this.#snapshots.push({ atMs, pools: Object.freeze(views) });
  }

  /** The first state for versions that never were. */
  asOf(version: number): readonly AgentPool[] {
    return this.#snapshots[Math.max(0, Math.min(version, this.version))]?.pools ?? [];
  }

  /** The version that was the newest at a time. */
  versionAt(atMs: number): number {
    let version = this.version;
    while (version > 0 && (this.#snapshots[version]?.atMs ?? 0) > atMs) {
      version -= 1;
    }
    return version;
  }
}
