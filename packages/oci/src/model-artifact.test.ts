import { describe, expect, test } from '@jest/globals';

import { findWeights, modelManifest, weightsLayer } from './model-artifact.ts';
import type { Descriptor, ImageManifest } from './manifest.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;
const TITLE = 'org.opencontainers.image.title';

function layer(mediaType: string, title?: string, key = TITLE): Descriptor {
  return { mediaType, digest: DIGEST, size: 1, ...(title === undefined ? {} : { annotations: { [key]: title } }) };
}

function artifact(layers: Descriptor[], config = 'application/vnd.oci.empty.v1+json'): ImageManifest {
  return { schemaVersion: 2, config: layer(config), layers };
}

describe('findWeights', () => {
  test('finds what we pack', () => {
    const packed = modelManifest(layer('c'), weightsLayer('a.gguf', { digest: DIGEST, size: 7 }));
    expect(packed.artifactType).toBe('application/vnd.cncf.model.manifest.v1+json');
    expect(findWeights(packed)).toEqual({ ok: true, weights: { layer: packed.layers[0], fileName: 'a.gguf' } });
  });

  test.each([
    ['a title', [layer('application/octet-stream', 'sub/a.gguf')], 'a.gguf'],
    ['a file path', [layer('application/vnd.cncf.model.weight.v1.raw', 'a.gguf', 'org.cncf.model.filepath')], 'a.gguf'],
    ['a media type', [layer('application/vnd.docker.ai.gguf.v3')], 'model.gguf'],
    ['one of several files', [layer('text/markdown', 'README.md'), layer('x/y', 'a.gguf')], 'a.gguf'],
  ])('finds a file by %s', (_, layers, fileName) => {
    expect(findWeights(artifact(layers))).toMatchObject({ ok: true, weights: { layer: layers.at(-1), fileName } });
  });

  test.each([
    ['nothing', artifact([]), 'holds no GGUF file as it is; its layers are: none'],
    [
      'an archive',
      artifact([layer('application/vnd.cncf.model.weight.v1.tar+gzip', 'a.gguf')]),
      'its layers are: a.gguf (application/vnd.cncf.model.weight.v1.tar+gzip)',
    ],
    [
      'two files',
      artifact([layer('x/y', 'a.gguf'), layer('x/y', 'b.gguf')]),
      'holds 2 GGUF files, of which one would be needed: a.gguf (x/y), b.gguf (x/y)',
    ],
    [
      'a container image',
      artifact([layer('x/y', 'a.gguf')], 'application/vnd.oci.image.config.v1+json'),
      'is a container image, not a model',
    ],
  ])('refuses %s', (_, manifest, message) => {
    expect(findWeights(manifest)).toEqual({ ok: false, message: expect.stringContaining(message) });
  });
});
