import { describe, expect, test } from '@jest/globals';

import { answerTo } from './hub-answer.ts';
import type { HubAnswer } from './hub-answer.ts';

const STAND_IN = { name: 'small.gguf', sizeBytes: 100, sha256: 'ab'.repeat(32) };
const CATALOG = [
  { repo: 'owner/name', file: 'big.gguf', revision: 'main' },
  { repo: 'owner/other', file: 'sub/other.gguf', revision: 'v1' },
];

function ask(path: string, { method = 'GET', range }: { method?: string; range?: string } = {}): HubAnswer {
  return answerTo({ method, path, range }, CATALOG, STAND_IN);
}

describe('answerTo', () => {
  test('answers a file of the catalogue with the stand-in, and says so', () => {
    expect(ask('/owner/name/resolve/main/big.gguf')).toEqual({
      status: 200,
      headers: {
        'accept-ranges': 'bytes',
        'content-length': '100',
        'content-type': 'application/octet-stream',
        etag: `"${STAND_IN.sha256}"`,
        'x-linked-etag': `"${STAND_IN.sha256}"`,
        'x-linked-size': '100',
        'x-repo-commit': expect.stringMatching(/^[0-9a-f]{40}$/u),
        'x-kaito-stand-in': 'small.gguf',
      },
      bytes: { start: 0, end: 99 },
    });
  });

  test('tells everything but the bytes on HEAD', () => {
    const { status, headers, bytes } = ask('/owner/name/resolve/main/big.gguf', { method: 'HEAD' });
    expect([status, headers['content-length'], bytes]).toEqual([200, '100', undefined]);
  });

  test.each([
    ['bytes=40-', 206, 'bytes 40-99/100', { start: 40, end: 99 }],
    ['bytes=0-9', 206, 'bytes 0-9/100', { start: 0, end: 9 }],
    ['bytes=90-500', 206, 'bytes 90-99/100', { start: 90, end: 99 }],
    ['bytes=-5', 206, 'bytes 95-99/100', { start: 95, end: 99 }],
    ['bytes=100-', 416, 'bytes */100', undefined],
    ['pages=1-2', 200, undefined, { start: 0, end: 99 }],
  ])('serves %s', (range, status, contentRange, bytes) => {
    const answer = ask('/owner/name/resolve/main/big.gguf', { range });
    expect([answer.status, answer.headers['content-range'], answer.bytes]).toEqual([status, contentRange, bytes]);
  });

  test('knows a revision by its name and by the commit', () => {
    const commit = ask('/owner/name/resolve/main/big.gguf').headers['x-repo-commit'] ?? '';
    expect(ask(`/owner/name/resolve/${commit}/big.gguf`).status).toBe(200);
    expect(ask('/owner/other/resolve/v1/sub%2Fother.gguf').status).toBe(200);
  });

  test.each([
    ['/owner/name/resolve/main/small.gguf', 'EntryNotFound'],
    ['/owner/name/resolve/v9/big.gguf', 'RevisionNotFound'],
    ['/nobody/name/resolve/main/big.gguf', 'RepoNotFound'],
    ['/api/models/nobody/name', 'RepoNotFound'],
    ['/api/models/owner/name/revision/v9', 'RevisionNotFound'],
    ['/somewhere', 'RepoNotFound'],
    ['/%', 'RepoNotFound'],
  ])('does not know %s', (path, code) => {
    const { status, headers, body } = ask(path);
    expect([status, headers['x-error-code']]).toEqual([404, code]);
    expect(body).toEqual({ error: headers['x-error-message'] });
  });

  test('lists the files of a repository', () => {
    expect(ask('/api/models/owner/name').body).toMatchObject({
      id: 'owner/name',
      siblings: [{ rfilename: 'big.gguf' }],
    });
    expect(ask('/api/models/owner/other/revision/v1').status).toBe(200);
  });

  test('says what it is', () => {
    expect(ask('/').body).toMatchObject({
      about: 'answers every file with small.gguf',
      files: ['owner/name/big.gguf@main', 'owner/other/sub/other.gguf@v1'],
    });
  });

  test('is only read', () => {
    expect(ask('/owner/name/resolve/main/big.gguf', { method: 'PUT' }).status).toBe(405);
  });
});
