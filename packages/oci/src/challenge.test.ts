import { expect, test } from '@jest/globals';

import { challengeOf } from './challenge.ts';

const REALM = new URL('https://auth.example.com/token');

test.each([
  [
    'Bearer realm="https://auth.example.com/token",service="r",scope="x"',
    { kind: 'bearer', realm: REALM, service: 'r' },
  ],
  ['bearer realm="https://auth.example.com/token"', { kind: 'bearer', realm: REALM, service: undefined }],
  ['Basic realm="r", Bearer realm="https://auth.example.com/token"', { kind: 'bearer', realm: REALM }],
  ['Basic realm="Registry"', { kind: 'basic' }],
  ['basic', { kind: 'basic' }],
  ['Bearer realm="nowhere"', { kind: 'unknown' }],
  ['Negotiate', { kind: 'unknown' }],
  ['', { kind: 'unknown' }],
])('reads %s', (header, challenge) => {
  expect(challengeOf(header)).toMatchObject(challenge);
});
