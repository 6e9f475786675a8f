import { isApiError } from '@kaito/controller-runtime';
import type {
  ApplyRequest,
  CreateRequest,
  CreateSubresourceRequest,
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
  Selection,
  View,
  WatchEvent,
  WatchRequest,
} from '@kaito/controller-runtime';

import type { ClusterAccess } from './cluster-access.ts';
import { isKubernetesObject, listPageOf } from './kubernetes-json.ts';
import { resourceUrl } from './resource-url.ts';
import type { ResourcePath } from './resource-url.ts';
import { networkError } from './response-error.ts';
import { Transport } from './transport.ts';
import type { HttpRequest } from './transport.ts';
import { watchEvents } from './watch-stream.ts';

/** A request that has been answered, or has failed. */
export interface RequestRecord {
  readonly verb: 'list' | 'watch' | 'get' | 'create' | 'apply' | 'patch' | 'delete';
  /** The plural name of the kind. */
  readonly resource: string;
  readonly subresource?: string | undefined;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** For a watch until it was open. */
  readonly durationMs: number;
}

export interface KubernetesOverHttpOptions {
  readonly userAgent: string;
  readonly requestTimeoutMs?: number;
  readonly onRequest?: (record: RequestRecord) => void;
}

/** The Kubernetes port on a real API server. */
export interface KubernetesConnection extends Kubernetes {
  /** Closes every connection; requests that still run fail. */
  close(): void;
}

const REQUEST_TIMEOUT_MS = 30_000;
/** Our own mistakes are refused, not pruned in silence. */
const STRICT = 'Strict';

export function kubernetesOverHttp(access: ClusterAccess, options: KubernetesOverHttpOptions): KubernetesConnection {
  return new KubernetesOverHttp(access, options);
}

type RequestName = Pick<RequestRecord, 'verb' | 'resource' | 'subresource'>;

class KubernetesOverHttp implements KubernetesConnection {
  readonly #transport: Transport;
  readonly #onRequest: ((record: RequestRecord) => void) | undefined;

  constructor(access: ClusterAccess, { userAgent, requestTimeoutMs, onRequest }: KubernetesOverHttpOptions) {
    this.#transport = new Transport(access, { userAgent, requestTimeoutMs: requestTimeoutMs ?? REQUEST_TIMEOUT_MS });
    this.#onRequest = onRequest;
  }

  async list(request: ListRequest, signal: AbortSignal): Promise<ListPage> {
    const { type, namespace, limit, continueToken, resourceVersion } = request;
    const path = urlOf(type, { namespace });
    const query = { ...selectors(request), limit, continue: continueToken, resourceVersion };
    const http = { method: 'GET', path, query, ...acceptOf(request, 'PartialObjectMetadataList') } as const;
    const answer = await this.#json({ verb: 'list', resource: type.plural }, http, signal);
    const page = listPageOf(answer);
    if (page === undefined) {
      throw networkError(`GET ${path}`, new Error('the answer is no list'));
    }
    return page;
  }

  async *watch(request: WatchRequest, signal: AbortSignal): AsyncGenerator<WatchEvent, void> {
    const { type, namespace, resourceVersion, timeoutSeconds } = request;
    const path = urlOf(type, { namespace });
    const query = { ...selectors(request), watch: true, allowWatchBookmarks: true, resourceVersion, timeoutSeconds };
    const http = { method: 'GET', path, query, ...acceptOf(request, 'PartialObjectMetadata') } as const;
    const body = await this.#recorded({ verb: 'watch', resource: type.plural }, async () =>
      this.#transport.stream(http, signal),
    );
    try {
      yield* watchEvents(`WATCH ${path}`, body);
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      body.destroy();
    }
  }

  async get({ type, key }: GetRequest, signal: AbortSignal): Promise<KubernetesObject | undefined> {
    const path = objectUrl(type, key);
    try {
      return await this.#object({ verb: 'get', resource: type.plural }, { method: 'GET', path }, signal);
    } catch (error) {
      if (isApiError(error, 'NotFound')) {
        return undefined;
      }
      throw error;
    }
  }

  async create({ type, manifest, fieldManager }: CreateRequest, signal: AbortSignal): Promise<KubernetesObject> {
    const path = urlOf(type, { namespace: manifest.metadata.namespace });
    const query = { fieldManager, fieldValidation: STRICT };
    const request = { method: 'POST', path, query, body: manifest } as const;
    return this.#object({ verb: 'create', resource: type.plural }, request, signal);
  }

  async createSubresource(request: CreateSubresourceRequest, signal: AbortSignal): Promise<KubernetesObject> {
    const { type, key, subresource, manifest } = request;
    const name = { verb: 'create', resource: type.plural, subresource } as const;
    return this.#object(name, { method: 'POST', path: objectUrl(type, key, subresource), body: manifest }, signal);
  }

  async apply(request: ApplyRequest, signal: AbortSignal): Promise<KubernetesObject> {
    const { type, manifest, fieldManager, isForced = false, subresource } = request;
    const patch: HttpRequest = {
      method: 'PATCH',
      path: objectUrl(type, keyOfManifest(manifest), subresource),
      query: { fieldManager, force: isForced, fieldValidation: STRICT },
      contentType: 'application/apply-patch+yaml', // JSON is YAML
      body: manifest,
    };
    return this.#object({ verb: 'apply', resource: type.plural, subresource }, patch, signal);
  }

  async patch(request: PatchRequest, signal: AbortSignal): Promise<KubernetesObject> {
    const { type, key, body, fieldManager, subresource } = request;
    const patch: HttpRequest = {
      method: 'PATCH',
      path: objectUrl(type, key, subresource),
      query: { fieldManager, fieldValidation: STRICT },
      contentType: 'application/merge-patch+json',
      body,
    };
    return this.#object({ verb: 'patch', resource: type.plural, subresource }, patch, signal);
  }

  async delete(request: DeleteRequest, signal: AbortSignal): Promise<void> {
    const { type, key, preconditions, propagationPolicy, gracePeriodSeconds } = request;
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...(preconditions !== undefined && { preconditions }),
      ...(propagationPolicy !== undefined && { propagationPolicy }),
      ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    };
    try {
      const name = { verb: 'delete', resource: type.plural } as const;
      await this.#json(name, { method: 'DELETE', path: objectUrl(type, key), body }, signal);
    } catch (error) {
      if (!isApiError(error, 'NotFound')) {
        throw error;
      }
    }
  }

  close(): void {
    this.#transport.close();
  }

  async #object(name: RequestName, request: HttpRequest, signal: AbortSignal): Promise<KubernetesObject> {
    const answer = await this.#json(name, request, signal);
    if (!isKubernetesObject(answer)) {
      throw networkError(`${request.method} ${request.path}`, new Error('the answer is no object'));
    }
    return answer;
  }

  async #json(name: RequestName, request: HttpRequest, signal: AbortSignal): Promise<unknown> {
    return this.#recorded(name, async () => this.#transport.json(request, signal));
  }

  async #recorded<R>(name: RequestName, act: () => Promise<R>): Promise<R> {
    const startedAt = performance.now();
    const record = (status: number): void => {
      this.#onRequest?.({ ...name, status, durationMs: performance.now() - startedAt });
    };
    try {
      const answer = await act();
      record(200);
      return answer;
    } catch (error) {
      record(isApiError(error) ? (error.status ?? 0) : 0);
      throw error;
    }
  }
}

function acceptOf({ isMetadataOnly = false }: View, kind: string): { readonly accept?: string } {
  return isMetadataOnly ? { accept: `application/json;as=${kind};g=meta.k8s.io;v=v1` } : {};
}

function selectors({ labelSelector, fieldSelector }: Selection): Readonly<Record<string, string | undefined>> {
  return { labelSelector, fieldSelector };
}

function objectUrl(type: ResourceType, { namespace, name }: ObjectKey, subresource?: string): string {
  return urlOf(type, { namespace, name, subresource });
}

/** Objects of a kind without namespaces may name one nevertheless; the API server drops it. */
function urlOf(type: ResourceType, { namespace, ...place }: Omit<ResourcePath, 'type'>): string {
  return resourceUrl({ type, ...place, ...(type.isNamespaced && { namespace }) });
}

function keyOfManifest({ metadata: { name, namespace } }: Manifest): ObjectKey {
  if (name === undefined) {
    throw new TypeError('a manifest to apply has a name');
  }
  return { name, namespace };
}
