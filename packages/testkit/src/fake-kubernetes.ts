import { ApiError, keyOf, systemClock } from '@kaito/controller-runtime';
import type {
  ApplyRequest,
  Clock,
  CreateRequest,
  DeleteRequest,
  GetRequest,
  Kubernetes,
  KubernetesObject,
  ListPage,
  ListRequest,
  Manifest,
  ObjectKey,
  PatchRequest,
  ResourceType,
  View,
  WatchEvent,
  WatchRequest,
} from '@kaito/controller-runtime';

import { isFields } from './api-server/json.ts';
import type { Fields } from './api-server/json.ts';
import { mergePatched } from './api-server/merge-patch.ts';
import { matcherOf } from './api-server/selection.ts';
import type { Matcher } from './api-server/selection.ts';
import { viewed } from './api-server/view.ts';
import { FakeWatchStream } from './fake-watch-stream.ts';

export type FakeVerb = Exclude<keyof Kubernetes, 'createSubresource'>;

/** What happens to a call: it fails before anything is done, is never answered, or is done and its answer is lost. */
export type FakeFault = ApiError | 'hangs' | 'answer is lost';

interface Change {
  readonly plural: string;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubernetesObject;
  readonly version: number;
}

interface OpenWatch {
  readonly plural: string;
  readonly isMatch: Matcher;
  readonly view: View;
  readonly stream: FakeWatchStream;
}

interface Call {
  readonly verb: FakeVerb;
  readonly type: ResourceType;
  readonly key?: ObjectKey;
}

/**
 * An API server in memory: versions, conflicts, finalizers, paged lists, watches from any version that is not
 * compacted. Server-side apply merges and tracks no owners; there is no schema, no subresource but status, no
 * garbage collection.
 */
export class FakeKubernetes implements Kubernetes {
  /** Every call, as `verb plural name`. */
  readonly calls: string[] = [];
  readonly #clock: Pick<Clock, 'now'>;
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #history: Change[] = [];
  readonly #watches = new Set<OpenWatch>();
  readonly #faults = new Map<FakeVerb, FakeFault[]>();
  readonly #pages = new Map<string, { readonly items: readonly KubernetesObject[]; readonly version: number }>();
  #version = 100;
  #compacted = 0;

  constructor(clock: Pick<Clock, 'now'> = systemClock) {
    this.#clock = clock;
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  get resourceVersion(): string {
    return String(this.#version);
  }

  /** The next calls of the verb go wrong, one fault each. */
  fail(verb: FakeVerb, ...faults: readonly FakeFault[]): void {
    this.#faults.set(verb, [...(this.#faults.get(verb) ?? []), ...faults]);
  }

  /** Watches that are open end in good order, as after their time-out. */
  endWatches(): void {
    for (const { stream } of this.#watches) {
      stream.end();
    }
  }

  breakWatches(error: ApiError = new ApiError('Network', 'socket hang up')): void {
    for (const { stream } of this.#watches) {
      stream.fail(error);
    }
  }

  /** Watches that are open become half-open: they hang, and nothing tells so. */
  killWatchesSilently(): void {
    for (const { stream } of this.#watches) {
      stream.die();
    }
  }

  /** Tells every open watch how far it has come. */
  sendBookmarks(): void {
    for (const { stream } of this.#watches) {
      stream.send({ type: 'BOOKMARK', resourceVersion: this.resourceVersion });
    }
  }

  /** Forgets history: watches and pages from before are answered with Gone. */
  compact(): void {
    this.#compacted = this.#version;
    this.#history.length = 0;
    this.#pages.clear();
  }

  /** The objects as they are, read without a call. */
  objects(type: ResourceType): readonly KubernetesObject[] {
    return this.#ofType(type.plural);
  }

  async list(request: ListRequest, signal: AbortSignal): Promise<ListPage> {
    await this.#called({ verb: 'list', type: request.type }, signal);
    const { items, version } = this.#listing(request);
    const page = items.slice(0, request.limit ?? items.length);
    const rest = items.slice(page.length);
    if (rest.length === 0) {
      return { items: structuredClone(page), resourceVersion: String(version) };
    }
    const continueToken = `page-${this.#pages.size}`;
    this.#pages.set(continueToken, { items: rest, version });
    return { items: structuredClone(page), resourceVersion: String(version), continueToken };
  }

  async *watch(request: WatchRequest, signal: AbortSignal): AsyncGenerator<WatchEvent, void> {
    await this.#called({ verb: 'watch', type: request.type }, signal);
    const from = Number(request.resourceVersion);
    if (from < this.#compacted) {
      throw new ApiError('Gone', `too old resource version: ${from}`, { status: 410 });
    }
    const isMatch = matcherOf(request.type, request);
    const watch = { plural: request.type.plural, isMatch, view: request, stream: new FakeWatchStream() };
    for (const change of this.#history.filter(({ version }) => version > from)) {
      deliver(watch, change);
    }
    this.#watches.add(watch);
    try {
      yield* watch.stream.events(signal);
    } finally {
      this.#watches.delete(watch);
    }
  }

  async get({ type, key }: GetRequest, signal: AbortSignal): Promise<KubernetesObject | undefined> {
    await this.#called({ verb: 'get', type, key }, signal);
    return structuredClone(this.#objects.get(idOf(type, key)));
  }

  async create({ type, manifest }: CreateRequest, signal: AbortSignal): Promise<KubernetesObject> {
    const key = keyOfManifest(manifest);
    return this.#write({ verb: 'create', type, key }, signal, () => {
      if (this.#objects.has(idOf(type, key))) {
        throw new ApiError('AlreadyExists', `${type.plural} "${key.name}" already exists`, { status: 409 });
      }
      return this.#created(type, manifest);
    });
  }

  async apply({ type, manifest }: ApplyRequest, signal: AbortSignal): Promise<KubernetesObject> {
    const key = keyOfManifest(manifest);
    return this.#write({ verb: 'apply', type, key }, signal, () =>
      this.#objects.has(idOf(type, key)) ? this.#patched(type, key, manifest) : this.#created(type, manifest),
    );
  }

  async patch({ type, key, body }: PatchRequest, signal: AbortSignal): Promise<KubernetesObject> {
    return this.#write({ verb: 'patch', type, key }, signal, () => this.#patched(type, key, body));
  }

  async delete({ type, key, preconditions = {} }: DeleteRequest, signal: AbortSignal): Promise<void> {
    await this.#write({ verb: 'delete', type, key }, signal, () => {
      const current = this.#objects.get(idOf(type, key));
      if (current !== undefined) {
        refuseIfChanged(current, preconditions);
        this.#deleted(type, current);
      }
    });
  }

  async createSubresource(): Promise<KubernetesObject> {
    throw new Error('the fake API server has no subresources');
  }

  async #write<R>(call: Call, signal: AbortSignal, act: () => R): Promise<R> {
    const fault = await this.#called(call, signal);
    const answer = act();
    if (fault === 'answer is lost') {
      throw new ApiError('Network', 'socket hang up');
    }
    return structuredClone(answer);
  }

  #created(type: ResourceType, manifest: Manifest): KubernetesObject {
    const key = keyOfManifest(manifest);
    const version = (this.#version += 1);
    const object: KubernetesObject = {
      ...structuredClone(manifest),
      metadata: {
        ...structuredClone(manifest.metadata),
        ...key,
        uid: `uid-${version}`,
        resourceVersion: String(version),
        generation: 1,
        creationTimestamp: this.#clock.now().toISOString(),
      },
    };
    this.#store(type, 'ADDED', object);
    return object;
  }

  #patched(type: ResourceType, key: ObjectKey, body: object): KubernetesObject {
    const current = this.#objects.get(idOf(type, key));
    if (current === undefined) {
      throw new ApiError('NotFound', `${type.plural} "${key.name}" not found`, { status: 404 });
    }
    refuseIfChanged(current, metadataOf(body));
    const next = merged(current, body);
    if (JSON.stringify(next) === JSON.stringify(current)) {
      return current;
    }
    const version = (this.#version += 1);
    const isNewSpec = JSON.stringify(next['spec']) !== JSON.stringify(current['spec']);
    const generation = (current.metadata.generation ?? 1) + (isNewSpec ? 1 : 0);
    const object = { ...next, metadata: { ...next.metadata, generation, resourceVersion: String(version) } };
    const isGone = object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).length === 0;
    this.#store(type, isGone ? 'DELETED' : 'MODIFIED', object);
    return object;
  }

  #deleted(type: ResourceType, current: KubernetesObject): void {
    if (current.metadata.deletionTimestamp !== undefined) {
      return;
    }
    const resourceVersion = String((this.#version += 1));
    const isHeld = (current.metadata.finalizers ?? []).length > 0;
    const deletionTimestamp = this.#clock.now().toISOString();
    const metadata = { ...current.metadata, resourceVersion, ...(isHeld && { deletionTimestamp }) };
    this.#store(type, isHeld ? 'MODIFIED' : 'DELETED', { ...current, metadata });
  }

  #store({ plural }: ResourceType, type: Change['type'], object: KubernetesObject): void {
    const id = `${plural}/${keyOf(object)}`;
    if (type === 'DELETED') {
      this.#objects.delete(id);
    } else {
      this.#objects.set(id, object);
    }
    const change = { plural, type, object, version: this.#version };
    this.#history.push(change);
    for (const watch of this.#watches) {
      deliver(watch, change);
    }
  }

  #listing(request: ListRequest): { readonly items: readonly KubernetesObject[]; readonly version: number } {
    if (request.continueToken === undefined) {
      const isMatch = matcherOf(request.type, request);
      const items = this.#ofType(request.type.plural)
        .filter(isMatch)
        .map((object) => viewed(object, request));
      return { items, version: this.#version };
    }
    const page = this.#pages.get(request.continueToken);
    if (page === undefined) {
      throw new ApiError('Gone', 'the provided continue parameter is too old', { status: 410 });
    }
    return page;
  }

  #ofType(plural: string): readonly KubernetesObject[] {
    return [...this.#objects].filter(([id]) => id.startsWith(`${plural}/`)).map(([, object]) => object);
  }

  async #called({ verb, type, key }: Call, signal: AbortSignal): Promise<FakeFault | undefined> {
    signal.throwIfAborted();
    this.calls.push([verb, type.plural, ...(key === undefined ? [] : [key.name])].join(' '));
    const fault = this.#faults.get(verb)?.shift();
    if (fault === 'hangs') {
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason);
        });
      });
    }
    if (fault instanceof ApiError) {
      throw fault;
    }
    return fault;
  }
}

function deliver({ isMatch, plural, stream, view }: OpenWatch, { plural: of, type, object }: Change): void {
  if (of === plural && isMatch(object)) {
    stream.send({ type, object: structuredClone(viewed(object, view)) });
  }
}

function refuseIfChanged(
  { metadata }: KubernetesObject,
  { uid, resourceVersion }: { readonly uid?: unknown; readonly resourceVersion?: unknown },
): void {
  const isSame =
    (uid === undefined || uid === metadata.uid) &&
    (resourceVersion === undefined || resourceVersion === metadata.resourceVersion);
  if (!isSame) {
    throw new ApiError('Conflict', `"${metadata.name}" has been modified`, { status: 409 });
  }
}

/** A JSON merge patch on an object. */
function merged(object: KubernetesObject, patch: object): KubernetesObject {
  const next = mergePatched(object, { ...patch });
  if (!isObject(next)) {
    throw new Error('a patch cannot remove metadata');
  }
  return next;
}

function isObject(fields: Fields): fields is KubernetesObject {
  return isFields(fields['metadata']);
}

function metadataOf(body: object): object {
  return 'metadata' in body && typeof body.metadata === 'object' && body.metadata !== null ? body.metadata : {};
}

function keyOfManifest({ metadata: { name, namespace } }: Manifest): ObjectKey {
  if (name === undefined) {
    throw new Error('the fake API server gives no names');
  }
  return namespace === undefined ? { name } : { name, namespace };
}

function idOf({ plural }: ResourceType, { name, namespace }: ObjectKey): string {
  return namespace === undefined ? `${plural}/${name}` : `${plural}/${namespace}/${name}`;
}
