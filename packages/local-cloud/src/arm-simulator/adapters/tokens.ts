import { createHmac, randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Principal } from '../core/call.ts';

const claimsSchema = z.looseObject({ aud: z.string(), exp: z.number() });

export interface TokenClaims {
  readonly audience: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly issuer: string;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

/** Access tokens in the shape of JSON web tokens; only the one who issued them can check them. */
export class Tokens {
  readonly #secret = randomBytes(32);

  issue({ audience, tenantId, clientId, issuer, issuedAtMs, expiresAtMs }: TokenClaims): string {
    const issuedAt = Math.floor(issuedAtMs / 1000);
    const payload = {
      aud: audience,
      iss: issuer,
      iat: issuedAt,
      nbf: issuedAt,
      exp: Math.floor(expiresAtMs / 1000),
      appid: clientId,
      oid: clientId,
      sub: clientId,
      tid: tenantId,
      ver: '1.0',
    };
    const unsigned = `${encoded({ typ: 'JWT', alg: 'HS256' })}.${encoded(payload)}`;
    return `${unsigned}.${this.#sign(unsigned)}`;
  }

  /** Whom an `Authorization` header names; undefined when we did not issue its token. */
  principalOf(authorization: string | undefined): Principal | undefined {
    const token = /^Bearer (?<token>\S+)$/iu.exec(authorization ?? '')?.groups?.['token'] ?? '';
    const [header = '', payload = '', signature] = token.split('.');
    if (signature !== this.#sign(`${header}.${payload}`)) {
      return undefined;
    }
    const claims = claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    return { audience: claims.aud, expiresAtMs: claims.exp * 1000 };
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#secret).update(text).digest('base64url');
  }
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
}
