import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { expect, test } from '@jest/globals';

import { credentialsIn, readCredentials } from './docker-config.ts';

const auth = (text: string): string => Buffer.from(text).toString('base64');
const config = (auths: object): string => JSON.stringify({ auths });
const ALICE = { kind: 'password', username: 'alice', password: 'a:b' };

test.each([
  ['the pair', { 'r.io': { auth: auth('alice:a:b') } }, 'r.io', ALICE],
  ['both parts', { 'r.io': { username: 'alice', password: 'a:b', auth: 'x' } }, 'r.io', ALICE],
  ['an address', { 'https://r.io:5000/v2/': { auth: auth('alice:a:b') } }, 'r.io:5000', ALICE],
  ['Docker Hub', { 'https://index.docker.io/v1/': { auth: auth('alice:a:b') } }, 'docker.io', ALICE],
  [
    'a sign-in token',
    { 'r.io': { auth: auth('00000000-0000-0000-0000-000000000000:'), identitytoken: 't' } },
    'r.io',
    { kind: 'identityToken', token: 't' },
  ],
  ['another registry', { 'other.io': { auth: auth('alice:a:b') } }, 'r.io', undefined],
  ['no account', { 'r.io': {} }, 'r.io', undefined],
])('finds %s', (_, auths, registry, credentials) => {
  expect(credentialsIn(config(auths), registry)).toEqual(credentials);
});

test.each(['', 'null', '{"auths": []}', '{"auths": {"r.io": "secret"}}'])('finds nothing in %s', (text) => {
  expect(credentialsIn(text, 'r.io')).toBeUndefined();
});

test.each(['config.json', '.dockerconfigjson'])('reads the file %s of a folder', async (name) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'kaito-docker-'));
  expect(await readCredentials(folder, 'r.io')).toBeUndefined();
  await writeFile(path.join(folder, name), config({ 'r.io': { auth: auth('alice:a:b') } }));
  expect(await readCredentials(folder, 'r.io')).toEqual(ALICE);
  await rm(folder, { recursive: true });
});
