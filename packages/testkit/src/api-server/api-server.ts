import type {
  ApplyRequest,
  CreateRequest,
  CreateSubresourceRequest,
  DeleteRequest,
  GetRequest,
  KubernetesObject,
  ListPage,
  ListRequest,
  ObjectKey,
  PatchRequest,
  ResourceType,
} from '@kaito/controller-runtime';

import { checkPreconditions, isOver, metadataOfDeleted } from './deletion.ts';
import { fieldsOf } from './json.ts';
import type { Fields } from './json.ts';
import { servedKinds } from './kinds.ts';
import { listing } from './listing.ts';
import { mergePatched } from './merge-patch.ts';
import { nameOf, uidOf } from './names.ts';
import { asObject, timeOf } from './object-meta.ts';
import { alreadyExists, expired, noSuchResource, notFound } from './refusal.ts';
import { answering } from './answering.ts';
import { Table } from './table.ts';
import type { Change } from './table.ts';
import { createdObject, updatedObject } from './writing.ts';

const NAMESPACES = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', isNamespaced: false };

/** The world as it was. */
export interface ReadonlySnapshot {
  readonly version: number;
  list(request: ListRequest): ListPage;
  get(request: GetRequest): KubernetesObject | undefined;
}

/**
 * kube-apiserver in memory: the calls of the Kubernetes port, answered at once and always the same way. Objects in
 * answers are frozen and shared. What controller-manager does (garbage collection, say) it does not do.
 */
export class ApiServer implements ReadonlySnapshot {
  readonly #now: () => Date;
  readonly #tables = new Map<string, Table>();
  readonly #tableOf = new WeakMap<ResourceType, Table>();
  readonly #namespaces: Table;
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #untold: Change[] = [];
  #isTelling = false;
  #version = 0;
  #compactedVersion = 0;
  #uidCount = 0;

  constructor({ now }: { readonly now: () => Date }) {
    this.#now = now;
    for (const rules of servedKinds()) {
      this.#tables.set(`${rules.type.group}/${rules.type.plural}`, new Table(rules));
    }
    this.#namespaces = this.#table(NAMESPACES);
    for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system']) {
      this.#create(this.#namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
  }

  /** Of the latest write; a write counts by one. */
  get version(): number {
    return this.#version;
  }

  list(request: ListRequest): ListPage {
    return this.#listAt(this.#version, request);
  }

  get({ type, key }: GetRequest): KubernetesObject | undefined {
    return answering({ verb: 'GET', type, ...key }, () => this.#table(type).get(key));
  }

  /** The state after the write `version`, for answers that come from a cache that lags. */
  asOf(version: number): ReadonlySnapshot {
    return {
      version,
      list: (request) => this.#listAt(version, request),
      get: ({ type, key }) => answering({ verb: 'GET', type, ...key }, () => this.#table(type).getAt(key, version)),
    };
  }

  create({ type, manifest }: CreateRequest): KubernetesObject {
    const { namespace } = manifest.metadata;
    return answering({ verb: 'POST', type, namespace }, () => this.#create(this.#table(type), manifest));
  }

  createSubresource({ type, key, subresource }: CreateSubresourceRequest): KubernetesObject {
    return answering({ verb: 'POST', type, ...key, subresource }, () => {
      throw noSuchResource();
    });
  }

  apply({ type, manifest, subresource }: ApplyRequest): KubernetesObject {
    const { name = '', namespace } = manifest.metadata;
    const key = { name, namespace };
    return answering({ verb: 'PATCH', type, ...key, subresource }, () => {
      const table = this.#table(type);
      const before = table.get(key);
      if (before === undefined && subresource === undefined) {
        return this.#create(table, manifest);
      }
      return this.#patch(
        table,
        key,
        { ...manifest, metadata: { ...manifest.metadata } },
        subresource === 'status' ? 'status' : undefined,
      );
    });
  }

  patch({ type, key, body, subresource }: PatchRequest): KubernetesObject {
    return answering({ verb: 'PATCH', type, ...key, subresource }, () =>
      this.#patch(this.#table(type), key, body, subresource),
    );
  }

  delete(request: DeleteRequest): void {
    const { type, key } = request;
    answering({ verb: 'DELETE', type, ...key }, () => {
      const table = this.#table(type);
      const before = table.get(key);
      if (before !== undefined) {
        checkPreconditions(type, before, request.preconditions ?? {});
        this.#deleted(table, before, metadataOfDeleted(table.rules, before, request, this.#now()));
      }
    });
  }

  /** What a watch of this kind that has come to `version` is told next. */
  changesSince(version: number, type: ResourceType): readonly Change[] {
    return answering({ verb: 'WATCH', type }, () => {
      if (version < this.#compactedVersion) {
        throw expired(`too old resource version: ${version} (${this.#compactedVersion})`);
      }
      return this.#table(type).changesSince(version);
    });
  }

  /** Forgets history: watches and lists that go on from before are answered with Gone. */
  compact(): void {
    this.#compactedVersion = this.#version;
  }

  /** Told of every accepted write, in order, before the next one is told. Returns how to stop it. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #listAt(version: number, request: ListRequest): ListPage {
    const { type, namespace } = request;
    return answering({ verb: 'GET', type, namespace }, () => {
      const table = this.#table(type);
      const objectsAt = (at: number): ReturnType<Table['objectsAt']> => table.objectsAt(at);
      return listing({ version, compactedVersion: this.#compactedVersion, objectsAt }, request);
    });
  }

  #create(table: Table, manifest: Fields): KubernetesObject {
    const { type } = table.rules;
    const { name: given, generateName, namespace } = fieldsOf(manifest['metadata']);
    this.#uidCount += 1;
    const name = nameOf(given, generateName, this.#uidCount);
    const key = { name, namespace: type.isNamespaced && typeof namespace === 'string' ? namespace : undefined };
    this.#checkNamespace(key.namespace);
    if (table.get(key) !== undefined) {
      throw alreadyExists(type, name);
    }
    const object = createdObject(table.rules, manifest, {
      ...key,
      uid: uidOf(this.#uidCount),
      resourceVersion: this.#nextVersion(),
      creationTimestamp: timeOf(this.#now()),
    });
    this.#commit(table, { event: 'ADDED', object });
    return object;
  }

  #checkNamespace(namespace: string | undefined): void {
    if (namespace !== undefined && this.#namespaces.get({ name: namespace }) === undefined) {
      throw notFound(this.#namespaces.rules.type, namespace);
    }
  }

  #patch(table: Table, key: ObjectKey, body: Fields, subresource: PatchRequest['subresource']): KubernetesObject {
    const { rules } = table;
    const before = table.get(key);
    if (before === undefined) {
      throw notFound(rules.type, key.name);
    }
    const proposed = mergePatched(before, body);
    const object = updatedObject({ rules, before, proposed, subresource, version: this.#nextVersion() });
    if (object !== before) {
      this.#updated(table, before, object);
    }
    return object;
  }

  #updated(table: Table, before: KubernetesObject, object: KubernetesObject): void {
    const event = isOver(fieldsOf(object.metadata)) ? 'DELETED' : 'MODIFIED';
    this.#commit(table, { event, object, before });
  }

  #deleted(table: Table, before: KubernetesObject, next: Fields | 'gone' | 'unchanged'): void {
    if (next === 'unchanged') {
      return;
    }
    const changed = next === 'gone' ? {} : next;
    const metadata = Object.freeze({ ...before.metadata, ...changed, resourceVersion: this.#nextVersion() });
    const object = asObject(Object.freeze({ ...before, metadata }));
    this.#commit(table, { event: next === 'gone' ? 'DELETED' : 'MODIFIED', object, before });
  }

  #nextVersion(): string {
    return String(this.#version + 1);
  }

  #commit(table: Table, change: Pick<Change, 'event' | 'object' | 'before'>): void {
    this.#version += 1;
    const { type } = table.rules;
    const accepted = Object.freeze({ version: this.#version, type, ...change });
    table.record(accepted);
    this.#untold.push(accepted);
    this.#tell();
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

  #table(type: ResourceType): Table {
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
}
