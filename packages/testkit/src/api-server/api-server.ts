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

import { answering } from './answering.ts';
import { NOBODY } from './apply/managers.ts';
import type { Manager } from './apply/managers.ts';
import { evict } from './eviction.ts';
import { History } from './history.ts';
import { listing } from './listing.ts';
import { noSuchResource } from './refusal.ts';
import type { Change, Table } from './table.ts';
import { Writes } from './writes.ts';

/** The world as it was. */
export interface ReadonlySnapshot {
  readonly version: number;
  list(request: ListRequest): ListPage;
  get(request: GetRequest): KubernetesObject | undefined;
}

/**
 * kube-apiserver in memory: the calls of the Kubernetes port, answered at once and always the same way. Objects in
 * answers are frozen and shared. What controller-manager does it does not do: see GarbageCollector.
 */
export class ApiServer implements ReadonlySnapshot {
  readonly #history = new History();
  readonly #writes: Writes;

  constructor({ now }: { readonly now: () => Date }) {
    this.#writes = new Writes(this.#history, now);
    this.#writes.begin();
  }

  /** Of the latest write; a write counts by one. */
  get version(): number {
    return this.#history.version;
  }

  list(request: ListRequest): ListPage {
    return this.#listAt(this.version, request);
  }

  get({ type, key }: GetRequest): KubernetesObject | undefined {
    return answering({ verb: 'GET', type, ...key }, () => this.#history.table(type).get(key));
  }

  /** The state after the write `version`, for answers that come from a cache that lags. */
  asOf(version: number): ReadonlySnapshot {
    return {
      version,
      list: (request) => this.#listAt(version, request),
      get: ({ type, key }) =>
        answering({ verb: 'GET', type, ...key }, () => this.#history.table(type).getAt(key, version)),
    };
  }

  create(request: CreateRequest): KubernetesObject {
    const { type, manifest } = request;
    const { namespace } = manifest.metadata;
    return answering({ verb: 'POST', type, namespace }, () => this.#writes.create(request));
  }

  createSubresource(request: CreateSubresourceRequest): KubernetesObject {
    const { type, key, subresource } = request;
    return answering({ verb: 'POST', type, ...key, subresource }, () => {
      if (type.plural !== 'pods' || subresource !== 'eviction') {
        throw noSuchResource();
      }
      return evict(this.#history, this.#writes, request);
    });
  }

  apply(request: ApplyRequest): KubernetesObject {
    const { type, manifest, subresource } = request;
    const { name, namespace } = manifest.metadata;
    return answering({ verb: 'PATCH', type, namespace, name, subresource }, () => this.#writes.apply(request));
  }

  patch(request: PatchRequest): KubernetesObject {
    const { type, key, subresource } = request;
    return answering({ verb: 'PATCH', type, ...key, subresource }, () => this.#writes.patch(request));
  }

  delete(request: DeleteRequest): void {
    const { type, key } = request;
    answering({ verb: 'DELETE', type, ...key }, () => {
      this.#writes.delete(request);
    });
  }

  /** What a watch of this kind that has come to `version` is told next, in all namespaces; one is for the error. */
  changesSince(version: number, type: ResourceType, namespace?: string): readonly Change[] {
    return answering({ verb: 'WATCH', type, namespace }, () => this.#history.changesSince(version, type));
  }

  /** Forgets history: watches and lists that go on from before are answered with Gone. */
  compact(): void {
    this.#history.compact();
  }

  /** Told of every accepted write, in order, before the next one is told. Returns how to stop it. */
  onChange(listener: (change: Change) => void): () => void {
    return this.#history.onChange(listener);
  }

  /** Every object there is, of any kind. */
  all(): Iterable<readonly [ResourceType, KubernetesObject]> {
    return this.#history.all();
  }

  /** Who owns which fields of an object, as `metadata.managedFields` would tell; answers go without it. */
  managersOf(type: ResourceType, key: ObjectKey): readonly Manager[] {
    const object = this.#history.table(type).get(key);
    const managers = object === undefined ? NOBODY : this.#writes.managersOf(object);
    return [...managers.values()];
  }

  #listAt(version: number, request: ListRequest): ListPage {
    const { type, namespace } = request;
    return answering({ verb: 'GET', type, namespace }, () => {
      const table = this.#history.table(type);
      const objectsAt = (at: number): ReturnType<Table['objectsAt']> => table.objectsAt(at);
      return listing({ version, compactedVersion: this.#history.compactedVersion, objectsAt }, request);
    });
  }
}
