import { expect, test } from '@jest/globals';

import { withModel } from './image-config.ts';

const DIGEST = `sha256:${'b'.repeat(64)}`;
const ADDITION = {
  weights: { descriptor: { mediaType: 'x', digest: DIGEST, size: 1 }, modelPath: '/models/a.gguf' },
  labels: { 'sh.kaito.model.digest': 'sha256:c' },
};

test('adds a layer and the model, and leaves the rest as it was', () => {
  const base = {
    architecture: 'amd64',
    os: 'linux',
    created: '2026-01-01T00:00:00Z',
    config: {
      User: '1000:1000',
      Env: ['PATH=/bin', 'MODEL=/models/old.gguf'],
      Entrypoint: ['node', '/app/main.js'],
      Labels: { a: 'b' },
    },
    rootfs: { type: 'layers', diff_ids: ['sha256:a'] },
    history: [{ created_by: 'COPY' }],
  };
  expect(withModel(base, 'base', ADDITION)).toEqual({
    ...base,
    config: {
      ...base.config,
      Env: ['PATH=/bin', 'MODEL=/models/a.gguf'],
      Labels: { a: 'b', 'sh.kaito.model.digest': 'sha256:c' },
    },
    rootfs: { type: 'layers', diff_ids: ['sha256:a', DIGEST] },
    history: [
      { created_by: 'COPY' },
      { created: '2026-01-01T00:00:00Z', created_by: 'weights in /models/a.gguf', comment: 'npm run model -- bake' },
    ],
  });
});

test('does with the least that an image has', () => {
  const base = { config: { Env: null, Labels: null }, rootfs: { type: 'layers', diff_ids: [] }, history: null };
  expect(withModel(base, 'base', ADDITION)).toMatchObject({
    config: { Env: ['MODEL=/models/a.gguf'] },
    rootfs: { diff_ids: [DIGEST] },
  });
});

test.each([{}, undefined, { rootfs: { type: 'layers' } }])('refuses what is no image: %j', (base) => {
  expect(() => withModel(base, 'r.io/base:v1', ADDITION)).toThrow('r.io/base:v1 is no container image');
});
