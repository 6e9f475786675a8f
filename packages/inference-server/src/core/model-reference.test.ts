import { describe, expect, test } from '@jest/globals';

import { parseModelReference } from './model-reference.ts';

describe('parseModelReference', () => {
  test.each([
    ['/models/a.gguf', { kind: 'file', path: '/models/a.gguf' }],
    ['hf:owner/name/a.gguf', { kind: 'hub', repo: 'owner/name', file: 'a.gguf', revision: 'main' }],
    ['hf:owner/name/sub/a.gguf@v1', { kind: 'hub', repo: 'owner/name', file: 'sub/a.gguf', revision: 'v1' }],
    ['hf:o/n/a.gguf@refs/pr/1', { kind: 'hub', repo: 'o/n', file: 'a.gguf', revision: 'refs/pr/1' }],
    [
      'oci://ghcr.io/team/model:v1',
      {
        kind: 'registry',
        reference: { registry: 'ghcr.io', repository: 'team/model', version: 'v1', isPlainHttp: false },
      },
    ],
    [
      'registry.example.com/model:v1',
      {
        kind: 'registry',
        reference: { registry: 'registry.example.com', repository: 'model', version: 'v1', isPlainHttp: false },
      },
    ],
  ])('reads %s', (text, reference) => {
    expect(parseModelReference(text)).toEqual({ ok: true, reference });
  });

  test.each([
    ['models/a.gguf', /none of hf:.*, oci:.* and an absolute path/u],
    ['oci://ghcr.io/team/model', /names neither a tag nor a digest/u],
    ['oci://model:v1', /does not name a registry and a repository/u],
    ['hf:owner', /does not name a repository and a file/u],
    ['hf:owner/name', /does not name a repository and a file/u],
    ['hf:owner/name/../../etc/passwd', /relative path step/u],
    ['hf:o/n/a-00001-of-00002.gguf', /one part of a split GGUF file/u],
  ])('refuses %s', (text, message) => {
    expect(parseModelReference(text)).toEqual({ ok: false, message: expect.stringMatching(message) });
  });
});
