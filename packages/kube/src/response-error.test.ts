import { describe, expect, it } from '@jest/globals';

import { networkError, responseError } from './response-error.ts';

const request = 'GET /api/v1/nodes';

describe('responseError', () => {
  it.each([
    [400, 'BadRequest', 'Invalid'],
    [401, 'Unauthorized', 'Unauthorized'],
    [403, 'Forbidden', 'Forbidden'],
    [404, 'NotFound', 'NotFound'],
    [405, 'MethodNotAllowed', 'Invalid'],
    [409, 'AlreadyExists', 'AlreadyExists'],
    [409, 'Conflict', 'Conflict'],
    [410, 'Gone', 'Gone'],
    [410, 'Expired', 'Gone'],
    [415, 'UnsupportedMediaType', 'Invalid'],
    [422, 'Invalid', 'Invalid'],
    [429, 'TooManyRequests', 'TooManyRequests'],
    [500, 'InternalError', 'Unavailable'],
    [503, 'ServiceUnavailable', 'Unavailable'],
    [504, 'Timeout', 'Unavailable'],
  ])('takes %d %s for %s', (status, reason, kind) => {
    const error = responseError({ request, status, body: { reason, message: 'no' } });
    expect([error.kind, error.status, error.message]).toEqual([kind, status, 'GET /api/v1/nodes: no']);
  });

  it('does not repeat the token that a server quotes', () => {
    const message = 'Unauthorized: authorization: Bearer abcdef';
    expect(responseError({ request, status: 401, body: { message } }).message).toBe(
      'GET /api/v1/nodes: Unauthorized: authorization: Bearer [Redacted]',
    );
    expect(responseError({ request, status: 502, body: message }).message).not.toContain('abcdef');
    expect(networkError(request, new Error('https://me:abcdef@x: refused')).message).not.toContain('abcdef');
  });

  it('takes a uid that would change for another object of that name', () => {
    const details = { causes: [{ reason: 'FieldValueInvalid', field: 'metadata.uid' }] };
    expect(responseError({ request, status: 422, body: { reason: 'Invalid', details } }).kind).toBe('Conflict');
  });

  it('takes the status of an error in a stream from its body', () => {
    const error = responseError({ request, body: { code: 410, reason: 'Expired', message: 'too old' } });
    expect([error.kind, error.status]).toEqual(['Gone', 410]);
  });

  it('waits as long as the header says, else as long as the body says', () => {
    const body = { details: { retryAfterSeconds: 7 } };
    const waits = [
      responseError({ request, status: 429, body, retryAfter: '3' }),
      responseError({ request, status: 429, body }),
      responseError({ request, status: 503, body: '', retryAfter: 'Fri, 01 Jan 2027 00:00:00 GMT' }),
    ];
    expect(waits.map(({ retryAfterMs }) => retryAfterMs)).toEqual([3_000, 7_000, undefined]);
  });

  it('survives a body that is no status', () => {
    const bodies: readonly unknown[] = ['<html>bad gateway</html>', undefined, [], { message: 5 }];
    expect(bodies.map((body) => responseError({ request, status: 502, body }).message)).toEqual([
      'GET /api/v1/nodes: <html>bad gateway</html>',
      'GET /api/v1/nodes: status 502',
      'GET /api/v1/nodes: status 502',
      'GET /api/v1/nodes: status 502',
    ]);
  });
});
