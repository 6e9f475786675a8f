import { Authorization } from './authorization.ts';
import type { Credentials } from './authorization.ts';
import { digestOf } from './digest.ts';
import type { OpenedFile } from './download.ts';
import { bytesBody, chunksOf, send, textOf } from './http.ts';
import type { HttpAnswer, HttpBody, HttpRequest } from './http.ts';
import { MEDIA_TYPES } from './manifest.ts';
import type { Descriptor, RawManifest } from './manifest.ts';
import { isDigest } from './reference.ts';
import type { OciReference } from './reference.ts';
import { refusal } from './refusal.ts';
import { TransferError } from './transfer-error.ts';

export interface RepositoryOptions {
  readonly credentials?: Credentials | undefined;
  readonly userAgent: string;
}

type Action = 'pull' | 'pull,push';
type RepositoryRequest = Omit<HttpRequest, 'url'> & { readonly action: Action };

const REDIRECTS = 5;
const MANIFEST_TYPES = [
  MEDIA_TYPES.manifest,
  MEDIA_TYPES.index,
  MEDIA_TYPES.dockerManifest,
  MEDIA_TYPES.dockerIndex,
].join(', ');
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/u;
const DOCKER_HUB = { name: 'docker.io', host: 'registry-1.docker.io' };

/** One repository at a registry that speaks the OCI distribution protocol. */
export class Repository {
  readonly name: string;
  readonly #repository: string;
  readonly #base: URL;
  readonly #userAgent: string;
  readonly #authorization: Authorization;

  constructor(
    { registry, repository, isPlainHttp }: Omit<OciReference, 'version'>,
    { credentials, userAgent }: RepositoryOptions,
  ) {
    const allowsPlainHttp = isPlainHttp || LOOPBACK.test(registry);
    const host = registry === DOCKER_HUB.name ? DOCKER_HUB.host : registry;
    this.name = `${registry}/${repository}`;
    this.#repository = repository;
    this.#base = new URL(`${allowsPlainHttp ? 'http' : 'https'}://${host}/v2/${repository}/`);
    this.#userAgent = userAgent;
    this.#authorization = new Authorization({ credentials, allowsPlainHttp });
  }

  /** By tag or digest; what comes is what its digest says. */
  async manifest(version: string, signal: AbortSignal): Promise<RawManifest> {
    const url = new URL(`manifests/${version}`, this.#base);
    const answer = await this.#request(url, {
      method: 'GET',
      headers: { accept: MANIFEST_TYPES },
      signal,
      action: 'pull',
    });
    if (answer.status !== 200) {
      throw await this.#refusal(nameOf(this.name, version), answer, url);
    }
    const bytes = await textOf(answer, url.origin);
    const digest = digestOf(bytes);
    const named = isDigest(version) ? version : single(answer.headers['docker-content-digest']);
    if (named !== undefined && isDigest(named) && named !== digest) {
      throw new TransferError(
        'Corrupt',
        `${nameOf(this.name, version)} arrived with digest ${digest} instead of ${named}`,
      );
    }
    return { mediaType: mediaTypeOf(answer), digest, bytes };
  }

  async hasBlob({ digest }: Descriptor, signal: AbortSignal): Promise<boolean> {
    const url = new URL(`blobs/${digest}`, this.#base);
    const answer = await this.#request(url, { method: 'HEAD', signal, action: 'pull' });
    answer.body.destroy();
    if (answer.status !== 200 && answer.status !== 404) {
      throw await this.#refusal(nameOf(this.name, digest), answer, url);
    }
    return answer.status === 200;
  }

  /** From `offset` on, if the registry can; follows it to its storage, without our credentials. */
  async openBlob({ digest }: Descriptor, offset: number, signal: AbortSignal): Promise<OpenedFile> {
    const url = new URL(`blobs/${digest}`, this.#base);
    const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
    const answer = await this.#request(url, { method: 'GET', headers, signal, action: 'pull' });
    if (answer.status !== 200 && answer.status !== 206) {
      throw await this.#refusal(nameOf(this.name, digest), answer, url);
    }
    const { body } = answer;
    // A stream that is given up may still fail; nobody waits for it then.
    body.on('error', () => undefined);
    return { isContinued: answer.status === 206, chunks: chunksOf(answer, url), cancel: () => void body.destroy() };
  }

  /** Does nothing when the registry has it; takes it from `mountFrom`, a repository of the same registry, if it can. */
  async pushBlob(descriptor: Descriptor, body: HttpBody, signal: AbortSignal, mountFrom?: string): Promise<void> {
    if (await this.hasBlob(descriptor, signal)) {
      return;
    }
    const start = new URL('blobs/uploads/', this.#base);
    if (mountFrom !== undefined) {
      start.search = new URLSearchParams({ mount: descriptor.digest, from: mountFrom }).toString();
    }
    const begun = await this.#request(start, {
      method: 'POST',
      body: bytesBody(Buffer.alloc(0)),
      signal,
      action: 'pull,push',
    });
    if (begun.status !== 202 && begun.status !== 201) {
      throw await this.#refusal(`sending to ${this.name}`, begun, start);
    }
    begun.body.destroy();
    if (begun.status === 202) {
      await this.#upload(new URL(begun.headers.location ?? '', start), descriptor, body, signal);
    }
  }

  /** Sends it under a tag or its digest, and returns the digest. */
  async pushManifest(
    { mediaType, bytes }: Omit<RawManifest, 'digest'>,
    version: string,
    signal: AbortSignal,
  ): Promise<string> {
    const url = new URL(`manifests/${version}`, this.#base);
    const headers = { 'content-type': mediaType };
    const answer = await this.#request(url, {
      method: 'PUT',
      headers,
      body: bytesBody(bytes),
      signal,
      action: 'pull,push',
    });
    if (answer.status !== 201) {
      throw await this.#refusal(`sending ${nameOf(this.name, version)}`, answer, url);
    }
    answer.body.destroy();
    return digestOf(bytes);
  }

  async #upload(location: URL, descriptor: Descriptor, body: HttpBody, signal: AbortSignal): Promise<void> {
    location.searchParams.set('digest', descriptor.digest);
    const headers = { 'content-type': 'application/octet-stream' };
    const answer = await this.#request(location, { method: 'PUT', headers, body, signal, action: 'pull,push' });
    if (answer.status !== 201) {
      throw await this.#refusal(`sending ${nameOf(this.name, descriptor.digest)}`, answer, location);
    }
    answer.body.destroy();
  }

  /** Answers a challenge once, and follows where reading leads. */
  async #request(url: URL, { action, ...request }: RepositoryRequest): Promise<HttpAnswer> {
    const scope = `repository:${this.#repository}:${action}`;
    const answer = await this.#send(url, request, scope);
    if (answer.status !== 401) {
      return answer;
    }
    const isAnswered = await this.#authorization.learn(answer.headers['www-authenticate'], scope, request.signal);
    if (!isAnswered) {
      return answer;
    }
    answer.body.destroy();
    return this.#send(url, request, scope);
  }

  async #send(url: URL, request: Omit<HttpRequest, 'url'>, scope: string): Promise<HttpAnswer> {
    let target = url;
    for (let step = 0; step < REDIRECTS; step += 1) {
      const credentials = target.origin === this.#base.origin ? this.#authorization.header(scope) : {};
      const headers = { 'user-agent': this.#userAgent, ...request.headers, ...credentials };
      const answer = await send({ ...request, url: target, headers });
      const { location } = answer.headers;
      if (answer.status < 300 || answer.status >= 400 || location === undefined) {
        return answer;
      }
      answer.body.destroy();
      target = new URL(location, target);
    }
    throw new TransferError('Rejected', `${url.origin} redirects in circles for ${this.name}`);
  }

  async #refusal(what: string, answer: HttpAnswer, url: URL): Promise<TransferError> {
    const error = await refusal(what, answer, url);
    if (error.kind !== 'Unauthorized' && error.kind !== 'Denied') {
      return error;
    }
    const hint = this.#authorization.hasCredentials
      ? 'the credentials for this registry may not do that'
      : 'no credentials for this registry were given';
    return new TransferError(error.kind, `${error.message}; ${hint}`, { status: error.status });
  }
}

function nameOf(repository: string, version: string): string {
  return `${repository}${isDigest(version) ? '@' : ':'}${version}`;
}

function mediaTypeOf({ headers }: HttpAnswer): string {
  return (headers['content-type'] ?? MEDIA_TYPES.manifest).replace(/;.*$/u, '').trim();
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
