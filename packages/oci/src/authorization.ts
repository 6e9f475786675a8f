import * as z from 'zod';

import { challengeOf } from './challenge.ts';
import type { BearerChallenge } from './challenge.ts';
import { bytesBody, send, textOf } from './http.ts';
import type { HttpAnswer } from './http.ts';
import { parseJson } from './manifest.ts';
import { refusal } from './refusal.ts';
import { TransferError } from './transfer-error.ts';

/** What a registry asks for: a name and a password, or the token that a sign-in left behind. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'identityToken'; readonly token: string };

export interface AuthorizationOptions {
  readonly credentials: Credentials | undefined;
  /** Whether a token server may be asked without TLS too, as the registry is. */
  readonly allowsPlainHttp: boolean;
}

const TokenAnswer = z.union([
  z.object({ token: z.string().min(1) }),
  z.object({ access_token: z.string().min(1) }).transform(({ access_token: token }) => ({ token })),
]);

/** The registry's challenges and our answers to them, kept for each scope. */
export class Authorization {
  readonly #options: AuthorizationOptions;
  readonly #headers = new Map<string, string>();

  constructor(options: AuthorizationOptions) {
    this.#options = options;
  }

  get hasCredentials(): boolean {
    return this.#options.credentials !== undefined;
  }

  /** What was learned for this scope; empty before the first challenge. */
  header(scope: string): Readonly<Record<string, string>> {
    const authorization = this.#headers.get(scope);
    return authorization === undefined ? {} : { authorization };
  }

  /** Finds an answer to a 401; false when there is none, or when this very answer has been refused. */
  async learn(challenge: string | undefined, scope: string, signal: AbortSignal): Promise<boolean> {
    const header = await this.#answer(challengeOf(challenge ?? ''), scope, signal);
    const isNew = header !== undefined && header !== this.#headers.get(scope);
    if (header !== undefined) {
      this.#headers.set(scope, header);
    }
    return isNew;
  }

  async #answer(challenge: ReturnType<typeof challengeOf>, scope: string, signal: AbortSignal) {
    const { credentials } = this.#options;
    switch (challenge.kind) {
      case 'basic':
        return credentials?.kind === 'password' ? basic(credentials) : undefined;
      case 'bearer':
        return `Bearer ${await this.#token(challenge, scope, signal)}`;
      case 'unknown':
        return undefined;
      default:
        return challenge satisfies never;
    }
  }

  async #token(challenge: BearerChallenge, scope: string, signal: AbortSignal): Promise<string> {
    const { realm } = challenge;
    if (!this.#options.allowsPlainHttp && realm.protocol !== 'https:') {
      throw new TransferError('Rejected', `the registry sends to the token server ${realm.origin}, which has no TLS`);
    }
    const answer = await this.#askForToken(challenge, scope, signal);
    if (answer.status !== 200) {
      throw await refusal(`signing in for ${scope}`, answer, realm);
    }
    const body = TokenAnswer.safeParse(parseJson((await textOf(answer, realm.origin)).toString('utf8')));
    if (!body.success) {
      throw new TransferError('Rejected', `${realm.origin} answered without a token`);
    }
    return body.data.token;
  }

  async #askForToken({ realm, service }: BearerChallenge, scope: string, signal: AbortSignal): Promise<HttpAnswer> {
    const { credentials } = this.#options;
    const query = { ...(service === undefined ? {} : { service }), scope };
    if (credentials?.kind === 'identityToken') {
      const form = { grant_type: 'refresh_token', refresh_token: credentials.token, ...query };
      return send({
        method: 'POST',
        url: realm,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: bytesBody(Buffer.from(new URLSearchParams(form).toString())),
        signal,
      });
    }
    const url = new URL(realm);
    Object.entries(query).forEach(([name, value]) => url.searchParams.set(name, value));
    const headers = credentials === undefined ? {} : { authorization: basic(credentials) };
    return send({ method: 'GET', url, headers, signal });
  }
}

function basic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
