import type { KubernetesObject, ResourceType } from '@kaito/controller-runtime';

import { servedKinds } from './kinds.ts';
import { expired, noSuchResource } from './refusal.ts';
import { Table } from './table.ts';
import type { Change } from './table.ts';

/** All tables, the one count of writes to them, and who is told of each. */
export class History {
  readonly #tables = new Map<string, Table>();
  readonly #tableOf = new WeakMap<ResourceType, Table>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #untold: Change[] = [];
  #isTelling = false;
  #version = 0;
  #compactedVersion = 0;

  constructor() {
    for (const rules of servedKinds()) {
      this.#tables.set(`${rules.type.group}/${rules.type.plural}`, new Table(rules));
    }
  }

  get version(): number {
    return this.#version;
  }

  get compactedVersion(): number {
    return this.#compactedVersion;
  }

  get nextVersion(): string {
    return String(this.#version + 1);
  }

  table(type: ResourceType): Table {
    const known = this.#tableOf.get(type);
    if (known !== undefined) {
      return known;
    }
    const table = this.#tables.get(`${type.group}/${type.plural}`);
    if (table === undefined) {
      throw noSuchResource();
    }
    this.#tableOf.set(type, table);
    return table;
  }

  /** Every object there is. */
  *all(): Generator<readonly [ResourceType, KubernetesObject]> {
    for (const table of this.#tables.values()) {
      for (const object of table.objects.values()) {
        yield [table.rules.type, object];
      }
    }
  }

  commit(table: Table, change: Pick<Change, 'event' | 'object' | 'before'>): void {
    this.#version += 1;
    const accepted = Object.freeze({ version: this.#version, type: table.rules.type, ...change });
    table.record(accepted);
    this.#untold.push(accepted);
    this.#tell();
  }

  changesSince(version: number, type: ResourceType): readonly Change[] {
    if (version < this.#compactedVersion) {
      throw expired(`too old resource version: ${version} (${this.#compactedVersion})`);
    }
    return this.table(type).changesSince(version);
  }

  compact(): void {
    this.#compactedVersion = this.#version;
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** A listener that writes is told of its own write after everybody has been told of the first. */
  #tell(): void {
    if (this.#isTelling) {
      return;
    }
    this.#isTelling = true;
    try {
      for (let change = this.#untold.shift(); change !== undefined; change = this.#untold.shift()) {
        for (const listener of this.#listeners) {
          listener(change);
        }
      }
    } finally {
      this.#isTelling = false;
    }
  }
}
