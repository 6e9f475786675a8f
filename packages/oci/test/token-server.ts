import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

export interface TokenServer {
  readonly realm: string;
  readonly issuer: string;
  readonly jwks: object;
  /** `METHOD scope caller` of every request. */
  readonly asked: string[];
  close(): void;
}

const ISSUER = 'test tokens';
const ACCOUNT = `Basic ${Buffer.from('user:open sesame').toString('base64')}`;
export const REFRESH_TOKEN = 'left by a sign-in';

/** Signs tokens for its one account, and tokens to pull for anybody. */
export async function startTokenServer(): Promise<TokenServer> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const { scope, isKnown } = await callerOf(request);
      asked.push(`${request.method ?? ''} ${scope} ${isKnown ? 'known' : 'anonymous'}`);
      const [type = '', name = '', actions = ''] = scope.split(':');
      const granted = actions.split(',').filter((action) => isKnown || action === 'pull');
      const nowSeconds = Math.floor(Date.now() / 1000);
      const claims = {
        iss: ISSUER,
        aud: 'test',
        sub: 'user',
        jti: randomUUID(),
        nbf: nowSeconds - 60,
        iat: nowSeconds,
        exp: nowSeconds + 300,
        access: [{ type, name, actions: granted }],
      };
      const unsigned = `${base64({ alg: 'ES256', typ: 'JWT', kid: 'k1' })}.${base64(claims)}`;
      const signature = sign('sha256', Buffer.from(unsigned), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      response.setHeader('content-type', 'application/json');
      const member = request.method === 'POST' ? 'access_token' : 'token';
      response.end(JSON.stringify({ [member]: `${unsigned}.${signature.toString('base64url')}` }));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    realm: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/token`,
    issuer: ISSUER,
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' }] },
    asked,
    close: () => server.close(),
  };
}

async function callerOf(request: IncomingMessage): Promise<{ readonly scope: string; readonly isKnown: boolean }> {
  if (request.method === 'POST') {
    const form = new URLSearchParams(await text(request));
    return { scope: form.get('scope') ?? '', isKnown: form.get('refresh_token') === REFRESH_TOKEN };
  }
  const { searchParams } = new URL(request.url ?? '', 'http://localhost');
  return { scope: searchParams.get('scope') ?? '', isKnown: request.headers.authorization === ACCOUNT };
}

function base64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
