import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { Progress } from '@kaito/local-cloud';
import { readCredentials } from '@kaito/oci';

import { check } from '../checks.ts';
import type { Check } from '../checks.ts';
import { createdAt } from '../provenance.ts';
import type { Provenance } from '../provenance.ts';
import type { Finding } from '../report.ts';
import { during } from '../tell.ts';
import { pushImage } from './push-image.ts';

export interface PushOptions {
  readonly layout: string;
  readonly registry: string;
  readonly provenance: Provenance;
  /** Folder with the configuration that `docker login` writes. */
  readonly dockerConfig: string;
  readonly progress: Progress;
}

/** Pushes every image, under the digest that was looked at, and its SBOM. */
export async function pushImages(
  findings: readonly Finding[],
  { dockerConfig, layout, progress, provenance, registry }: PushOptions,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const [host = registry] = registry.split('/');
  const credentials = await readCredentials(dockerConfig, host);
  const target = { registry, credentials, userAgent: `kaito-images/${provenance.version}` };
  const done: Check[] = [];
  for (const { built, examined } of findings) {
    const image = {
      layout,
      name: built.name,
      repository: built.image.name,
      tag: provenance.version,
      sbom: await readFile(examined.bomFile),
      created: createdAt(provenance),
    };
    const digest = await during(progress, ['pushed', path.posix.join(registry, built.image.name)], async () =>
      pushImage(image, target, signal),
    );
    const name = `${registry}/${built.image.name}:${provenance.version}`;
    done.push(check(`pushed ${name}`, digest === built.layout.digest, `as ${digest}`));
    progress.line(`${name}@${digest}`);
  }
  return done;
}
