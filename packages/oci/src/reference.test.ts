import { describe, expect, test } from '@jest/globals';

import { formatOciReference, looksLikeOciReference, parseOciReference } from './reference.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('parseOciReference', () => {
  test.each([
    ['oci://ghcr.io/team/model:v1', { registry: 'ghcr.io', repository: 'team/model', version: 'v1' }],
    ['ghcr.io/team/model:v1', { registry: 'ghcr.io', repository: 'team/model', version: 'v1' }],
    ['oci://localhost:5000/m:v1', { registry: 'localhost:5000', repository: 'm', version: 'v1' }],
    ['oci://localhost/m:v1', { registry: 'localhost', repository: 'm', version: 'v1' }],
    ['oci://[::1]:5000/m:v1', { registry: '[::1]:5000', repository: 'm', version: 'v1' }],
    [`oci://r.io/a/b/c@${DIGEST}`, { registry: 'r.io', repository: 'a/b/c', version: DIGEST }],
    [`oci://r.io/a:v1@${DIGEST}`, { registry: 'r.io', repository: 'a', version: DIGEST }],
    ['oci+http://registry:5000/m:v1', { registry: 'registry:5000', repository: 'm', version: 'v1', isPlainHttp: true }],
  ])('reads %s', (text, reference) => {
    expect(parseOciReference(text)).toEqual({ ok: true, reference: { isPlainHttp: false, ...reference } });
  });

  test.each([
    ['oci://ghcr.io', 'does not name a registry and a repository'],
    ['oci://team/model:v1', 'does not name a registry and a repository'],
    ['oci://user:secret@r.io/m:v1', 'does not name a registry and a repository'],
    ['oci://r.io/m', 'names neither a tag nor a digest: r.io/m:TAG or r.io/m@sha256:…'],
    ['oci://r.io/Model:v1', "names the repository 'Model'"],
    ['oci://r.io/a//b:v1', "names the repository 'a//b'"],
    ['oci://r.io/../b:v1', "names the repository '../b'"],
    ['oci://r.io/m:-', "names the tag '-'"],
    ['oci://r.io/m:', "names the tag ''"],
    ['oci://r.io/m@sha256:12', "names the digest 'sha256:12'"],
    ['oci://r.io/m@md5:12', "names the digest 'md5:12'"],
  ])('refuses %s', (text, message) => {
    expect(parseOciReference(text)).toEqual({ ok: false, message: expect.stringContaining(message) });
  });
});

test.each([
  ['ghcr.io/team/model:v1', true],
  ['oci://whatever', true],
  ['oci+http://whatever', true],
  ['models/a.gguf', false],
  ['models.d/a.gguf', false],
  ['hf:owner/name/a.gguf@main', false],
  ['https://example.com/a.gguf', false],
])('without a scheme only what cannot be anything else is a reference: %s', (text, expected) => {
  expect(looksLikeOciReference(text)).toBe(expected);
});

test.each(['oci://ghcr.io/team/model:v1', `oci://ghcr.io/m@${DIGEST}`, 'oci+http://r.io/m:v1'])(
  'is written as it is read: %s',
  (text) => {
    const parsed = parseOciReference(text);
    expect(parsed.ok && formatOciReference(parsed.reference)).toBe(text);
  },
);
