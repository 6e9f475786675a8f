import { bytesBody, digestOf, jsonBytes, MEDIA_TYPES } from '@kaito/oci';
import type { Descriptor } from '@kaito/oci';

import { readBase } from './base-image.ts';
import type { BaseImage } from './base-image.ts';
import { watched } from './bodies.ts';
import { withModel } from './image-config.ts';
import type { ImageStore } from './image-store.ts';
import type { BakeOptions } from './options.ts';
import { patiently, progressOf } from './task.ts';
import type { World } from './task.ts';
import type { WeightsFile } from './weights-file.ts';
import { readWeightsLayer } from './weights-layer.ts';
import type { WeightsLayer } from './weights-layer.ts';

export interface Baked {
  /** Of the manifest. */
  readonly digest: string;
  readonly fileDigest: string;
  /** What a node without any of it fetches. */
  readonly sizeBytes: number;
  readonly modelPath: string;
}

export interface BakeImages {
  readonly base: ImageStore;
  readonly image: ImageStore;
  readonly platform: BakeOptions['platform'];
}

/** Puts one more layer with the weights on the base image; the same base and file always give the same digest. */
export async function bake(file: WeightsFile, images: BakeImages, world: World): Promise<Baked> {
  const { signal } = world;
  const base = await patiently(world, async () => readBase(images.base, images.platform, signal));
  const weights = await readWeightsLayer(file, world);
  const origin = originOf(base);
  const labels = { ...origin, 'sh.kaito.model.digest': weights.fileDigest };
  const configBytes = jsonBytes(withModel(base.config, base.store.label(), { weights, labels }));
  const config = { mediaType: MEDIA_TYPES.imageConfig, digest: digestOf(configBytes), size: configBytes.length };
  await writeLayers(images.image, { base, weights, name: file.name }, world);
  await patiently(world, async () => images.image.putBlob(config, bytesBody(configBytes), signal));
  const layers = [...base.layers, weights.descriptor];
  const annotations = { ...base.annotations, ...origin };
  const manifest = { schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config, layers, annotations };
  return {
    digest: await patiently(world, async () =>
      images.image.putManifest({ mediaType: MEDIA_TYPES.manifest, bytes: jsonBytes(manifest) }, signal),
    ),
    fileDigest: weights.fileDigest,
    modelPath: weights.modelPath,
    sizeBytes: layers.reduce((sum, { size }) => sum + size, config.size),
  };
}

interface Content {
  readonly base: BaseImage;
  readonly weights: WeightsLayer;
  readonly name: string;
}

async function writeLayers(image: ImageStore, { base, weights, name }: Content, world: World): Promise<void> {
  for (const [index, layer] of base.layers.entries()) {
    await patiently(world, async () => copy(layer, `layer ${index + 1} of the base`, { base, image }, world));
  }
  await patiently(world, async () => {
    const { descriptor, body } = weights;
    await image.putBlob(descriptor, watched(body, progressOf(`writing ${name}`, body.length, world)), world.signal);
  });
}

async function copy(
  layer: Descriptor,
  what: string,
  { base, image }: { readonly base: BaseImage; readonly image: ImageStore },
  world: World,
): Promise<void> {
  const body = watched(base.store.body(layer), progressOf(`copying ${what}`, layer.size, world));
  await image.putBlob(layer, body, world.signal, base.store);
}

/** Names of the OCI image specification. */
function originOf({ store, digest }: BaseImage): Record<string, string> {
  return {
    'org.opencontainers.image.base.name': store.name,
    'org.opencontainers.image.base.digest': digest,
  };
}
