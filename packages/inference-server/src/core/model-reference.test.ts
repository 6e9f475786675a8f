import { describe, expect, test } from '@jest/globals';

import { parseModelReference } from './model-reference.ts';

describe('parseModelReference', () => {
  test.each([
    ['/models/a.gguf', { kind: 'file', path: '/models/a.gguf' }],
    ['hf:owner/name/a.gguf', { kind: 'hub', repo: 'owner/name', file: 'a.gguf', revision: 'main' }],
    ['hf:owner/name/sub/a.gguf@v1', { kind: 'hub', repo: 'owner/name', file: 'sub/a.gguf', revision: 'v1' }],
    ['hf:o/n/a.gguf@refs/pr/1', { kind: 'hub', repo: 'o/n', file: 'a.gguf', revision: 'refs/pr/1' }],
  ])('reads %s', (text, reference) => {
    expect(parseModelReference(text)).toEqual({ ok: true, reference });
  });

  test.each([
    ['registry.example.com/model:v1', /models from an OCI registry are not supported yet/u],
    ['models/a.gguf', /neither .* nor an absolute path/u],
    ['hf:owner', /does not name a repository and a file/u],
    ['hf:owner/name', /does not name a repository and a file/u],
    ['hf:owner/name/../../etc/passwd', /relative path step/u],
    ['hf:o/n/a-00001-of-00002.gguf', /one part of a split GGUF file/u],
  ])('refuses %s', (text, message) => {
    expect(parseModelReference(text)).toEqual({ ok: false, message: expect.stringMatching(message) });
  });
});
