import { readFile } from 'node:fs/promises';
import path from 'node:path';

import * as z from 'zod';

import { ImagesError } from './images-error.ts';

const Descriptor = z.object({
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/u),
  size: z.int(),
  annotations: z.record(z.string(), z.string()).optional(),
});
const Index = z.object({ manifests: z.array(Descriptor) });
const Manifest = z.object({ config: Descriptor, layers: z.array(Descriptor) });
const ImageConfig = z.object({
  created: z.string(),
  config: z.object({
    User: z.string().default(''),
    Env: z.array(z.string()).default([]),
    Entrypoint: z.array(z.string()).default([]),
    WorkingDir: z.string().default('/'),
    StopSignal: z.string().default(''),
    Labels: z.record(z.string(), z.string()).default({}),
  }),
});

/** One image of an OCI layout. */
export interface LayoutImage {
  /** Of its manifest. */
  readonly digest: string;
  readonly created: string;
  readonly config: z.infer<typeof ImageConfig>['config'];
  /** Files of its layers, the lowest first. */
  readonly layers: readonly string[];
  /** What has to be fetched: manifest, configuration and layers. */
  readonly compressedBytes: number;
}

export async function layoutImage(layout: string, name: string): Promise<LayoutImage> {
  const { manifests } = Index.parse(JSON.parse(await readFile(path.join(layout, 'index.json'), 'utf8')));
  const found = manifests.find(({ annotations }) => annotations?.['org.opencontainers.image.ref.name'] === name);
  if (found === undefined) {
    throw new ImagesError(`${layout} holds no image ${name}`);
  }
  const manifest = Manifest.parse(await blob(layout, found.digest));
  const { created, config } = ImageConfig.parse(await blob(layout, manifest.config.digest));
  const sizes = [found, manifest.config, ...manifest.layers].map(({ size }) => size);
  return {
    digest: found.digest,
    created,
    config,
    layers: manifest.layers.map(({ digest }) => blobFile(layout, digest)),
    compressedBytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}

async function blob(layout: string, digest: string): Promise<unknown> {
  return JSON.parse(await readFile(blobFile(layout, digest), 'utf8'));
}

function blobFile(layout: string, digest: string): string {
  return path.join(layout, 'blobs', ...digest.split(':'));
}
