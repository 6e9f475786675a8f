import type { OpenedFile } from '@kaito/oci';
import * as z from 'zod';

import { WeightsError } from './weights-error.ts';

export interface HubOptions {
  /** Such as `https://huggingface.co`. */
  readonly endpoint: string;
  /** For private and gated repositories. */
  readonly token: string | undefined;
  readonly fetch: typeof globalThis.fetch;
}

export interface HubFileName {
  readonly repo: string;
  readonly file: string;
  readonly revision: string;
}

export interface HubFile {
  readonly url: URL;
  /** Absent when the hub does not tell. */
  readonly sizeBytes?: number;
  /** Absent for small files, which the hub does not name by their content. */
  readonly sha256?: string;
}

interface HubRequest {
  readonly method?: 'HEAD';
  readonly redirect?: 'manual';
  readonly headers?: Readonly<Record<string, string>>;
}

const REDIRECTS = 5;
const ANSWER_WITHIN_MS = 20_000;

/** A hub that speaks the protocol of huggingface.co. */
export class Hub {
  readonly #options: HubOptions;

  constructor(options: HubOptions) {
    this.#options = options;
  }

  /** Finds out what the file is without reading it. */
  async describe(name: HubFileName, signal: AbortSignal): Promise<HubFile> {
    let url = this.#resolveUrl(name);
    for (let step = 0; step < REDIRECTS; step += 1) {
      const response = await this.#request(url, { method: 'HEAD', redirect: 'manual' }, signal);
      const location = response.headers.get('location') ?? '';
      // A renamed repository redirects within the hub; a redirect elsewhere leads to the storage, which knows less.
      if (response.status >= 300 && response.status < 400 && location.startsWith('/')) {
        url = new URL(location, url);
        continue;
      }
      if (response.status >= 400) {
        throw await this.#refusal(response, name, signal);
      }
      return describeFrom(response.headers, url);
    }
    throw new WeightsError(`${this.#options.endpoint} redirects in circles for ${name.repo}/${name.file}`, false);
  }

  /** Reads the file from `offset` on, if the hub can. */
  async open(file: HubFile, offset: number, signal: AbortSignal): Promise<OpenedFile> {
    const range: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
    const response = await this.#request(file.url, { headers: range }, signal);
    if (!response.ok) {
      throw new WeightsError(`${file.url.href} answered ${response.status}`, isTransientStatus(response.status));
    }
    return openedFrom(response);
  }

  #resolveUrl({ repo, file, revision }: HubFileName): URL {
    const path = [...repo.split('/'), 'resolve', revision, ...file.split('/')].map(encodeURIComponent).join('/');
    return new URL(path, withSlash(this.#options.endpoint));
  }

  async #request(url: URL, init: HubRequest, signal: AbortSignal): Promise<Response> {
    const { token, fetch } = this.#options;
    const headers = {
      'accept-encoding': 'identity',
      'user-agent': 'kaito-inference-server',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...init.headers,
    };
    // The limit is for the answer's beginning; its body takes as long as it takes.
    const limit = new AbortController();
    const timer = setTimeout(
      () => limit.abort(new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`)),
      ANSWER_WITHIN_MS,
    );
    try {
      return await fetch(url, { ...init, headers, signal: AbortSignal.any([signal, limit.signal]) });
    } catch (error) {
      signal.throwIfAborted();
      throw new WeightsError(`cannot reach ${url.origin}: ${reasonOf(error)}`, true, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  async #refusal(response: Response, name: HubFileName, signal: AbortSignal): Promise<WeightsError> {
    const { repo, file, revision } = name;
    const { endpoint, token } = this.#options;
    const code = response.headers.get('x-error-code');
    if (response.status === 401 || response.status === 403) {
      const hint =
        token === undefined ? 'set HF_TOKEN to a token that may read it' : 'the token in HF_TOKEN may not read it';
      return new WeightsError(
        `${endpoint} refuses ${repo} (${response.status}): ${hint}, or the repository does not exist`,
        false,
      );
    }
    if (response.status !== 404) {
      return new WeightsError(
        `${endpoint} answered ${response.status} for ${repo}/${file}`,
        isTransientStatus(response.status),
      );
    }
    if (code === 'RevisionNotFound') {
      return new WeightsError(`${repo} at ${endpoint} has no revision ${revision}`, false);
    }
    const files = code === 'RepoNotFound' ? undefined : await this.#ggufFiles(name, signal);
    if (files === undefined) {
      return new WeightsError(`there is no repository ${repo} with a file ${file} at ${endpoint}`, false);
    }
    const others = files.length === 0 ? 'it has no GGUF files' : `its GGUF files are: ${files.join(', ')}`;
    return new WeightsError(`${repo} at ${endpoint} has no file ${file} at revision ${revision}; ${others}`, false);
  }

  /** Undefined when the hub does not tell. */
  async #ggufFiles({ repo, revision }: HubFileName, signal: AbortSignal): Promise<readonly string[] | undefined> {
    const path = `api/models/${repo}/revision/${encodeURIComponent(revision)}`;
    const response = await this.#request(new URL(path, withSlash(this.#options.endpoint)), {}, signal);
    if (!response.ok) {
      return undefined;
    }
    const body = ModelListing.safeParse(await response.json());
    return body.data?.siblings.map(({ rfilename }) => rfilename).filter((file) => file.endsWith('.gguf'));
  }
}

const ModelListing = z.object({ siblings: z.array(z.object({ rfilename: z.string() })) });

function describeFrom(headers: Headers, url: URL): HubFile {
  const etag = (headers.get('x-linked-etag') ?? headers.get('etag') ?? '').replace(/^W\//u, '').replaceAll('"', '');
  const size = Number(headers.get('x-linked-size') ?? headers.get('content-length') ?? Number.NaN);
  return {
    url,
    ...(Number.isNaN(size) ? {} : { sizeBytes: size }),
    ...(/^[0-9a-f]{64}$/u.test(etag) ? { sha256: etag } : {}),
  };
}

function openedFrom({ status, body }: Response): OpenedFile {
  const reader = body?.getReader();
  return {
    isContinued: status === 206,
    chunks: chunksOf(reader),
    cancel: () => {
      // Nobody waits for the rest; it may already be broken.
      void reader?.cancel().catch(() => undefined);
    },
  };
}

async function* chunksOf(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  for (;;) {
    const result: { done: boolean; value?: Uint8Array | undefined } | undefined = await reader?.read();
    if (result?.value === undefined) {
      return;
    }
    yield result.value;
  }
}

function isTransientStatus(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}

function withSlash(endpoint: string): string {
  return endpoint.endsWith('/') ? endpoint : `${endpoint}/`;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
