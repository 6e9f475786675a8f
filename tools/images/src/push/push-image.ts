import { bytesBody, digestOf, ImageLayout, parseManifest, Repository } from '@kaito/oci';
import type { Credentials, Descriptor } from '@kaito/oci';

import { ImagesError } from '../images-error.ts';
import { sbomArtifact } from './sbom-artifact.ts';

export interface PushTarget {
  /** `HOST/PATH`, without the image's name. */
  readonly registry: string;
  readonly credentials: Credentials | undefined;
  readonly userAgent: string;
}

export interface PushedImage {
  readonly layout: string;
  /** In the layout. */
  readonly name: string;
  /** At the registry. */
  readonly repository: string;
  readonly tag: string;
  readonly sbom: Buffer;
  readonly created: string;
}

/** Sends an image as it lies in its layout, and its SBOM as what refers to it; gives the image's digest. */
export async function pushImage(
  { created, layout: folder, name, repository: imageName, sbom, tag }: PushedImage,
  { credentials, registry, userAgent }: PushTarget,
  signal: AbortSignal,
): Promise<string> {
  const [host = registry, ...folders] = registry.split('/');
  const repository = new Repository(
    { registry: host, repository: [...folders, imageName].join('/'), isPlainHttp: false },
    { credentials, userAgent },
  );
  const layout = new ImageLayout(folder);
  const raw = await layout.manifest(name);
  const parsed = parseManifest(raw);
  if (parsed.kind !== 'manifest') {
    throw new ImagesError(`${name} is an index of images and not one image`);
  }
  for (const blob of [...parsed.manifest.layers, parsed.manifest.config]) {
    await repository.pushBlob(blob, layout.body(blob), signal);
  }
  const digest = await repository.pushManifest(raw, tag, signal);
  const subject = { mediaType: raw.mediaType, digest, size: raw.bytes.length };
  await pushSbom(repository, { sbom, subject, created }, signal);
  return digest;
}

async function pushSbom(
  repository: Repository,
  { sbom, subject, created }: { readonly sbom: Buffer; readonly subject: Descriptor; readonly created: string },
  signal: AbortSignal,
): Promise<void> {
  const { blobs, fallback, manifest } = sbomArtifact(sbom, subject, created);
  for (const { bytes, descriptor } of blobs) {
    await repository.pushBlob(descriptor, bytesBody(bytes), signal);
  }
  await repository.pushManifest(manifest, digestOf(manifest.bytes), signal);
  await repository.pushManifest(fallback, fallback.tag, signal);
}
