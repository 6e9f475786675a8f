import { describe, expect, test } from '@jest/globals';

import { canonicalImage, imageProblem, programFor } from './image.ts';

describe('imageProblem', () => {
  test.each([
    'curlimages/curl',
    'kaito.local/inference-server:0.1.0-llamacpp',
    'localhost:5000/a/b:latest',
    `registry.example/a@sha256:${'0'.repeat(64)}`,
    'MyRegistry.example.com/a:1',
  ])('%s is fine', (image) => {
    expect(imageProblem(image)).toBeUndefined();
  });

  test.each([
    ['ACR_REPO_HERE.azurecr.io/IMAGE_NAME_HERE:0.0.1', 'invalid reference format'],
    ['Foo/bar', 'repository name must be lowercase'],
    ['registry.example/Bar', 'repository name must be lowercase'],
    ['', 'invalid reference format'],
    ['a b', 'invalid reference format'],
    ['a:', 'invalid reference format'],
  ])('%s is not: %s', (image, problem) => {
    expect(imageProblem(image)).toContain(problem);
  });
});

describe('canonicalImage', () => {
  test.each([
    ['busybox', 'docker.io/library/busybox:latest'],
    ['curlimages/curl:8', 'docker.io/curlimages/curl:8'],
    ['localhost/a', 'localhost/a:latest'],
    ['registry:5000/a', 'registry:5000/a:latest'],
    ['registry.example/a@sha256:00', 'registry.example/a@sha256:00'],
  ])('%s is %s', (image, canonical) => {
    expect(canonicalImage(image)).toBe(canonical);
  });
});

describe('programFor', () => {
  const table = [
    { image: 'kaito.local/server:special', entrypoint: ['special'] },
    { image: 'kaito.local/server:*', entrypoint: ['server'] },
    { image: 'docker.io/library/busybox:*', entrypoint: ['busybox'] },
  ];

  test('takes the first entry that matches', () => {
    expect(programFor('kaito.local/server:special', table)?.entrypoint).toEqual(['special']);
    expect(programFor('kaito.local/server:1', table)?.entrypoint).toEqual(['server']);
  });

  test('finds an image by its full name as well', () => {
    expect(programFor('busybox', table)?.entrypoint).toEqual(['busybox']);
    expect(programFor('kaito.local/server', table)?.entrypoint).toEqual(['server']);
  });

  test('takes a dot in a pattern for a dot', () => {
    expect(programFor('kaitoxlocal/server:1', table)).toBeUndefined();
  });
});
