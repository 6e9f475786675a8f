/** Where the API server serves a kind. */
export interface ResourceType {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number | undefined;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly finalizers?: readonly string[] | undefined;
}

/** An object as the API server answered it; a {@link Kind}'s schema turns it into a typed one. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** An object as it is sent. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name?: string;
    readonly generateName?: string;
    readonly namespace?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

export interface ObjectKey {
  readonly name: string;
  readonly namespace?: string | undefined;
}

export interface Selection {
  /** Absent: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** How much of each object is asked for. */
export interface View {
  /** `metadata` alone, which is much less to send, to read and to keep. */
  readonly isMetadataOnly?: boolean;
}

export interface ListRequest extends Selection, View {
  readonly type: ResourceType;
  readonly limit?: number;
  readonly continueToken?: string;
  /** `0` lets the API server answer from its cache; absent asks etcd. */
  readonly resourceVersion?: string;
}

export interface ListPage {
  readonly items: readonly KubernetesObject[];
  readonly resourceVersion: string;
  readonly continueToken?: string;
}

export interface WatchRequest extends Selection, View {
  readonly type: ResourceType;
  readonly resourceVersion: string;
  /** After this long the server ends the stream; the reader opens the next one. */
  readonly timeoutSeconds: number;
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubernetesObject }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

export interface GetRequest {
  readonly type: ResourceType;
  readonly key: ObjectKey;
}

export interface CreateRequest {
  readonly type: ResourceType;
  readonly manifest: Manifest;
  readonly fieldManager: string;
}

/** Creates below an object: a pod's `eviction`, a service account's `token`. */
export interface CreateSubresourceRequest {
  readonly type: ResourceType;
  readonly key: ObjectKey;
  readonly subresource: string;
  readonly manifest: Manifest;
}

/** Server-side apply: the manifest holds every field that `fieldManager` wants, and no other. */
export interface ApplyRequest {
  readonly type: ResourceType;
  readonly manifest: Manifest;
  readonly fieldManager: string;
  /** Takes fields over from other managers instead of answering Conflict. */
  readonly isForced?: boolean;
  readonly subresource?: string;
}

/**
 * A JSON merge patch. With `metadata.resourceVersion` in the body the write is refused (Conflict) when the
 * object has changed since; with `metadata.uid`, when it is another object of that name.
 */
export interface PatchRequest {
  readonly type: ResourceType;
  readonly key: ObjectKey;
  readonly body: Readonly<Record<string, unknown>>;
  readonly subresource?: 'status';
  readonly fieldManager: string;
}

export interface DeleteRequest {
  readonly type: ResourceType;
  readonly key: ObjectKey;
  /** The delete is refused (Conflict) when the object of this name has another uid or resourceVersion. */
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly gracePeriodSeconds?: number;
}

/**
 * The API server, for any kind. Everything that a controller reads and writes goes through these calls;
 * reflectors, caches, leases and events are built on them. Every failure is an {@link ApiError}.
 */
export interface Kubernetes {
  list(request: ListRequest, signal: AbortSignal): Promise<ListPage>;
  /** Ends when the server ends the stream; throws {@link ApiError} when it breaks, `Gone` after an expired version. */
  watch(request: WatchRequest, signal: AbortSignal): AsyncIterable<WatchEvent>;
  /** Undefined when there is none. Reads the newest state, never a cache. */
  get(request: GetRequest, signal: AbortSignal): Promise<KubernetesObject | undefined>;
  /** Throws `AlreadyExists` when the name is taken. */
  create(request: CreateRequest, signal: AbortSignal): Promise<KubernetesObject>;
  createSubresource(request: CreateSubresourceRequest, signal: AbortSignal): Promise<KubernetesObject>;
  apply(request: ApplyRequest, signal: AbortSignal): Promise<KubernetesObject>;
  patch(request: PatchRequest, signal: AbortSignal): Promise<KubernetesObject>;
  /** Starts deletion; resolves also when there is nothing to delete. */
  delete(request: DeleteRequest, signal: AbortSignal): Promise<void>;
}
