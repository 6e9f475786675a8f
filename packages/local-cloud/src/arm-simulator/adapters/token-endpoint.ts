import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { errorDetail } from '../core/arm-error.ts';
import { faultError, takeEffects } from '../core/faults.ts';
import type { ArmEndpoint } from './arm-endpoint.ts';
import { header, originOf, readText, sendJson } from './http.ts';

const PATH = /^\/(?<tenant>[^/]+)\/(?<what>v2\.0\/\.well-known\/openid-configuration|oauth2\/v2\.0\/token)$/u;
/** Where a platform (`IDENTITY_ENDPOINT`) and a machine's metadata service vouch for a managed identity. */
const MANAGED_PATH = /^\/(msi\/token|metadata\/identity\/oauth2\/token\/?)$/u;
const MANAGED_TENANT = 'managed';
const SYSTEM_ASSIGNED = '00000000-0000-0000-0000-00000000000a';
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const formSchema = z.looseObject({
  grant_type: z.literal('client_credentials'),
  client_id: z.string().min(1),
  scope: z.string().regex(/^\S+\/\.default(?: .*)?$/u, 'scope is a resource followed by /.default'),
  client_assertion: z.string().min(1),
  client_assertion_type: z.literal(JWT_BEARER),
});

export function isTokenPath(path: string): boolean {
  return PATH.test(path) || MANAGED_PATH.test(path);
}

/**
 * What a workload identity asks of login.microsoftonline.com: the addresses, then a token for its assertion. A managed
 * identity asks for a token alone.
 */
export async function serveTokens(
  endpoint: ArmEndpoint,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'https://localhost');
  if (MANAGED_PATH.test(pathname)) {
    if (await isPassed(endpoint, request, response)) {
      answerManaged(endpoint, request, response, searchParams);
    }
    return;
  }
  const { tenant = '', what = '' } = PATH.exec(pathname)?.groups ?? {};
  const authority = `${originOf(request)}/${tenant}`;
  if (what.startsWith('v2.0')) {
    sendJson(response, 200, configuration(authority));
    return;
  }
  if (await isPassed(endpoint, request, response)) {
    const form = Object.fromEntries(new URLSearchParams(await readText(request)));
    answer(endpoint, response, { tenant, issuer: `${authority}/v2.0`, form });
  }
}

function answer(
  { simulation, tokens, nowMs }: ArmEndpoint,
  response: ServerResponse,
  { tenant, issuer, form }: { readonly tenant: string; readonly issuer: string; readonly form: unknown },
): void {
  const parsed = formSchema.safeParse(form);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const description = `AADSTS900144: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
    sendJson(response, 400, { error: 'invalid_request', error_description: description, error_codes: [900_144] });
    return;
  }
  const { tokenLifetimeSeconds } = simulation.state.settings;
  const issuedAtMs = nowMs();
  const token = tokens.issue({
    audience: parsed.data.scope.replace(/\/\.default(?: .*)?$/u, ''),
    tenantId: tenant,
    clientId: parsed.data.client_id,
    issuer,
    issuedAtMs,
    expiresAtMs: issuedAtMs + tokenLifetimeSeconds * 1000,
  });
  const body = { token_type: 'Bearer', expires_in: tokenLifetimeSeconds, ext_expires_in: tokenLifetimeSeconds };
  sendJson(response, 200, { ...body, access_token: token });
}

/** No assertion is asked for: whoever reaches this from inside is believed, given a header that a browser cannot send. */
function answerManaged(
  { simulation, tokens, nowMs }: ArmEndpoint,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): void {
  const resource = query.get('resource') ?? '';
  const isMeant = header(request, 'metadata') === 'true' || header(request, 'x-identity-header') !== undefined;
  if (resource === '' || !isMeant) {
    const description = resource === '' ? 'resource is missing' : 'the header Metadata or X-IDENTITY-HEADER is missing';
    sendJson(response, 400, { error: 'invalid_request', error_description: description });
    return;
  }
  const clientId = query.get('client_id') ?? SYSTEM_ASSIGNED;
  const { tokenLifetimeSeconds } = simulation.state.settings;
  const issuedAtMs = nowMs();
  const expiresAtMs = issuedAtMs + tokenLifetimeSeconds * 1000;
  const issuer = `${originOf(request)}/${MANAGED_TENANT}/`;
  const token = { audience: resource, tenantId: MANAGED_TENANT, clientId, issuer, issuedAtMs, expiresAtMs };
  sendJson(response, 200, {
    access_token: tokens.issue(token),
    client_id: clientId,
    expires_in: String(tokenLifetimeSeconds),
    expires_on: String(Math.floor(expiresAtMs / 1000)),
    not_before: String(Math.floor(issuedAtMs / 1000)),
    resource,
    token_type: 'Bearer',
  });
}

/** False when a fault has taken the answer. */
async function isPassed(endpoint: ArmEndpoint, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const { simulation, gate } = endpoint;
  const effects = simulation.transition((state) => {
    const taken = takeEffects(state.faults, { route: 'Token', method: request.method ?? 'GET' });
    return { state: { ...state, faults: taken.faults }, result: taken.effects };
  });
  for (const when of ['before', 'after'] as const) {
    if ((await gate.pass(effects, when, { response, settings: simulation.state.settings })) !== 'pass') {
      response.destroy();
      return false;
    }
  }
  const injected = effects.map(({ effect }) => effect).find((effect) => effect.kind === 'answer');
  if (injected !== undefined) {
    const error = faultError(injected.error, {});
    sendJson(response, error.status, { error: error.code, ...errorDetail(error), error_description: error.message });
  }
  return injected === undefined;
}

function configuration(authority: string): Readonly<Record<string, unknown>> {
  return {
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
    jwks_uri: `${authority}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'token'],
    scopes_supported: ['openid', 'profile', 'offline_access'],
    issuer: `${authority}/v2.0`,
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
  };
}
