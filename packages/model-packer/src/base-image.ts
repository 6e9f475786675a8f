import { MEDIA_TYPES, parseJson, parseManifest } from '@kaito/oci';
import type { Descriptor, ImageManifest, RawManifest } from '@kaito/oci';

import type { ImageStore } from './image-store.ts';
import type { BakeOptions } from './options.ts';
import { PackerError } from './packer-error.ts';

/** An image that something is put upon. */
export interface BaseImage {
  readonly store: ImageStore;
  /** Of its manifest. */
  readonly digest: string;
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly config: unknown;
}

type Platform = BakeOptions['platform'];

/** Reads the image, out of several the one for `platform`. */
export async function readBase(store: ImageStore, platform: Platform, signal: AbortSignal): Promise<BaseImage> {
  const raw = await manifestFor(store, platform, signal);
  const manifest = imageManifest(raw, store);
  const config = await store.blob(manifest.config, signal);
  return {
    store,
    digest: raw.digest,
    layers: manifest.layers.map(asOci),
    annotations: manifest.annotations ?? {},
    config: parseJson(config.toString('utf8')),
  };
}

async function manifestFor(store: ImageStore, platform: Platform, signal: AbortSignal): Promise<RawManifest> {
  const raw = await store.manifest(signal);
  const parsed = parseManifest(raw);
  if (parsed.kind === 'manifest') {
    return raw;
  }
  const { os, architecture } = platform;
  const found = parsed.index.manifests.find(
    (one) => one.platform?.os === os && one.platform.architecture === architecture,
  );
  if (found === undefined) {
    const others = parsed.index.manifests.map((one) => `${one.platform?.os}/${one.platform?.architecture}`).join(', ');
    throw new PackerError(`${store.label()} is not made for ${os}/${architecture}, but for ${others}`);
  }
  return store.manifestOf(found, signal);
}

function imageManifest(raw: RawManifest, store: ImageStore): ImageManifest {
  const parsed = parseManifest(raw);
  if (parsed.kind === 'index') {
    throw new PackerError(`${store.label()} is a list of lists`);
  }
  return parsed.manifest;
}

/** The names that other layers of an OCI image expect beside them; the content is the same. */
function asOci(layer: Descriptor): Descriptor {
  return layer.mediaType === MEDIA_TYPES.dockerLayer ? { ...layer, mediaType: MEDIA_TYPES.layerGzip } : layer;
}
