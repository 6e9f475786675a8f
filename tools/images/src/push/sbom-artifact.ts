import { digestOf, jsonBytes, MEDIA_TYPES } from '@kaito/oci';
import type { Descriptor } from '@kaito/oci';

const CYCLONEDX = 'application/vnd.cyclonedx+json';

/** What OCI says for an artifact that needs no configuration. */
const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', bytes: Buffer.from('{}') };

/** An artifact that names the image it is about, so that tools find it by the image. */
export interface SbomArtifact {
  readonly blobs: readonly { readonly descriptor: Descriptor; readonly bytes: Buffer }[];
  readonly manifest: { readonly mediaType: string; readonly bytes: Buffer };
  /** For registries that cannot be asked what refers to an image: they are looked at under this tag. */
  readonly fallback: { readonly tag: string; readonly mediaType: string; readonly bytes: Buffer };
}

export function sbomArtifact(sbom: Buffer, subject: Descriptor, created: string): SbomArtifact {
  const config = { descriptor: descriptorOf(EMPTY.mediaType, EMPTY.bytes), bytes: EMPTY.bytes };
  const layer = { descriptor: descriptorOf(CYCLONEDX, sbom), bytes: sbom };
  const bytes = jsonBytes({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    artifactType: CYCLONEDX,
    config: config.descriptor,
    layers: [layer.descriptor],
    subject,
    annotations: { 'org.opencontainers.image.created': created },
  });
  const referrer = { ...descriptorOf(MEDIA_TYPES.manifest, bytes), artifactType: CYCLONEDX };
  return {
    blobs: [config, layer],
    manifest: { mediaType: MEDIA_TYPES.manifest, bytes },
    fallback: {
      tag: subject.digest.replace(':', '-'),
      mediaType: MEDIA_TYPES.index,
      bytes: jsonBytes({ schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [referrer] }),
    },
  };
}

function descriptorOf(mediaType: string, bytes: Buffer): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}
