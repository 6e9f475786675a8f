import { describe, expect, it } from '@jest/globals';

import { sbomArtifact } from './sbom-artifact.ts';

const subject = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: `sha256:${'a'.repeat(64)}`,
  size: 700,
};

describe('sbomArtifact', () => {
  const artifact = sbomArtifact(Buffer.from('{"bomFormat":"CycloneDX"}'), subject, '2026-01-01T00:00:00Z');
  const manifest: unknown = JSON.parse(artifact.manifest.bytes.toString());

  it('names the image that it is about, and what it is', () => {
    expect(manifest).toMatchObject({
      artifactType: 'application/vnd.cyclonedx+json',
      layers: [{ mediaType: 'application/vnd.cyclonedx+json', size: 25 }],
      subject,
    });
  });

  it('has the empty configuration that OCI prescribes', () => {
    expect(manifest).toMatchObject({
      config: {
        mediaType: 'application/vnd.oci.empty.v1+json',
        digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
        size: 2,
      },
    });
  });

  it('is also found under the tag that the digest of the image makes', () => {
    const { bytes, tag } = artifact.fallback;
    expect(tag).toBe(`sha256-${'a'.repeat(64)}`);
    expect(JSON.parse(bytes.toString())).toMatchObject({
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [{ artifactType: 'application/vnd.cyclonedx+json', size: artifact.manifest.bytes.length }],
    });
  });
});
