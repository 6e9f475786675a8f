import type { IncomingMessage } from 'node:http';

export interface Refusal {
  readonly status: number;
  readonly text: string;
}

/** An answer of a server that quotes the request it refuses, in the form of whoever stands at that path. */
export function refusal(request: IncomingMessage, body: string, status: number): Refusal {
  const { authorization = '' } = request.headers;
  const quote = `refused with ${status}: authorization: ${authorization} ${JSON.stringify(request.headers)} ${body}`;
  if (request.url?.includes('/oauth2/') === true) {
    const told = { error: 'invalid_client', error_description: `AADSTS700211: ${quote}`, error_codes: [700_211] };
    return { status: status === 500 ? 500 : 401, text: JSON.stringify(told) };
  }
  const answer = {
    kind: 'Status', // of the API server
    apiVersion: 'v1',
    status: 'Failure',
    message: quote,
    code: status,
    error: { code: CODES[status] ?? 'InternalServerError', message: quote }, // of ARM
  };
  return { status, text: JSON.stringify(answer) };
}

const CODES: Readonly<Record<number, string>> = { 401: 'InvalidAuthenticationToken', 403: 'AuthorizationFailed' };
