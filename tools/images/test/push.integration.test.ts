import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOf, ImageLayout, jsonBytes, MEDIA_TYPES } from '@kaito/oci';
import type { Descriptor } from '@kaito/oci';
import { startTestRegistry, testTool } from '@kaito/testkit';
import type { TestRegistry } from '@kaito/testkit';

import { pushImage } from '../src/push/push-image.ts';

const NEVER = new AbortController().signal;
/** The first use of the registry and of crane builds them. */
const BUILD_MS = 600_000;
const NAME = 'kaito.local/workspace-controller:0.1.0';
const SBOM = Buffer.from('{"bomFormat":"CycloneDX"}');
const run = promisify(execFile);

let registry: TestRegistry;
let layout = '';
let crane = '';

beforeAll(async () => {
  registry = await startTestRegistry();
  crane = await testTool('crane');
  layout = await mkdtemp(path.join(tmpdir(), 'kaito-layout-'));
}, BUILD_MS);

afterAll(async () => {
  await registry.stop();
  await rm(layout, { recursive: true, force: true });
});

async function stored(mediaType: string, bytes: Buffer): Promise<Descriptor> {
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  await writeFile(await new ImageLayout(layout).place(descriptor), bytes);
  return descriptor;
}

describe('pushImage', () => {
  it('sends the image under the digest of its layout, and an SBOM that is found by it', async () => {
    const config = await stored(MEDIA_TYPES.imageConfig, jsonBytes({ architecture: 'amd64', os: 'linux' }));
    const layer = await stored(MEDIA_TYPES.layerGzip, Buffer.from('a layer'));
    const bytes = jsonBytes({ schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config, layers: [layer] });
    const built = await new ImageLayout(layout).tag({ mediaType: MEDIA_TYPES.manifest, bytes }, NAME);

    const repository = `${registry.host}/team/kaito/workspace-controller`;
    const pushed = await pushImage(
      {
        layout,
        name: NAME,
        repository: 'workspace-controller',
        tag: '0.1.0',
        sbom: SBOM,
        created: '2026-01-01T00:00:00Z',
      },
      { registry: `${registry.host}/team/kaito`, credentials: undefined, userAgent: 'kaito-tests' },
      NEVER,
    );

    expect(pushed).toBe(built);
    const { stdout: seen } = await run(crane, ['digest', `${repository}:0.1.0`]);
    expect(seen.trim()).toBe(built);
    const { stdout: index } = await run(crane, ['manifest', `${repository}:${built.replace(':', '-')}`]);
    const { digest: referrer = '' } = /"digest":"(?<digest>[^"]+)"/u.exec(index)?.groups ?? {};
    const { stdout: artifact } = await run(crane, ['manifest', `${repository}@${referrer}`]);
    expect(JSON.parse(artifact)).toMatchObject({
      artifactType: 'application/vnd.cyclonedx+json',
      layers: [{ digest: digestOf(SBOM) }],
      subject: { digest: built },
    });
  });
});
