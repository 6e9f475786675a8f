import { describe, expect, it } from '@jest/globals';

import { loggedError } from './logged-error.ts';

describe('loggedError', () => {
  it('keeps kind, message, stack and causes, and nothing that an SDK hung on the error', () => {
    const request = { headers: { authorization: 'Bearer hunter2' } };
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', request, config: request });
    const error = Object.assign(new TypeError('cannot ask', { cause }), { kind: 'Network', status: 502, request });
    const logged = loggedError(error);
    expect(logged).toEqual({
      type: 'TypeError',
      message: 'cannot ask: refused',
      stack: expect.stringMatching(/^TypeError: cannot ask\n {4}at [^]*\ncaused by: Error: refused\n {4}at /u),
      kind: 'Network',
      status: 502,
    });
    expect(JSON.stringify(logged)).not.toContain('hunter2');
  });

  it('takes what is no error as text', () => {
    expect(loggedError('gone')).toEqual({ type: 'string', message: 'gone' });
    expect(loggedError({ request: { token: 'hunter2' } })).toEqual({ type: 'object', message: '[object Object]' });
  });

  it('names the parts of several errors', () => {
    const several = new AggregateError([new Error('first'), new Error('second')], 'all failed');
    expect(loggedError(several)).toMatchObject({ message: 'all failed: first; second' });
  });

  it('ends where a cause is its own', () => {
    const error = new Error('round');
    error.cause = error;
    expect(loggedError(error)).toMatchObject({ type: 'Error', message: 'round' });
  });
});
