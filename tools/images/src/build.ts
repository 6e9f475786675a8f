import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { buildOwnBase } from './base/base.ts';
import type { Base } from './base/base.ts';
import type { Buildah } from './buildah.ts';
import { makeContext } from './context/image-context.ts';
import type { NpmPackage } from './context/npm-package.ts';
import { DEFAULT_REGISTRY, IMAGES } from './image.ts';
import type { Image } from './image.ts';
import { layoutImage } from './oci-layout.ts';
import type { LayoutImage } from './oci-layout.ts';
import { createdAt } from './provenance.ts';
import type { Provenance } from './provenance.ts';

/** An image in an OCI layout. */
export interface BuiltImage {
  readonly image: Image;
  /** With registry and tag. */
  readonly name: string;
  readonly layout: LayoutImage;
  readonly npmPackages: readonly NpmPackage[];
}

export interface BuildPlan {
  readonly repository: string;
  readonly provenance: Provenance;
  readonly base: Base;
  readonly nodeVersion: string;
  readonly cache: string;
}

/** Makes everything anew, from sources and packages to the layout, in folders below `work`. */
export async function buildAll(
  buildah: Buildah,
  plan: BuildPlan,
  { work, layout }: { readonly work: string; readonly layout: string },
  signal: AbortSignal,
): Promise<readonly BuiltImage[]> {
  const { base, cache, nodeVersion, provenance, repository } = plan;
  const { createdEpochSeconds: epochSeconds } = provenance;
  await mkdir(work, { recursive: true });
  if (base.isOwn) {
    const root = path.join(work, 'base');
    await buildOwnBase(buildah, { base, cache, epochSeconds, nodeVersion, repository, root }, signal);
  }
  const built: BuiltImage[] = [];
  for (const image of IMAGES) {
    const context = await makeContext(image, path.join(work, image.name), { repository, provenance });
    const name = imageName(image, provenance);
    await buildah.build({
      name,
      containerfile: path.join(repository, 'packages', image.name, 'Containerfile'),
      context: context.directory,
      epochSeconds,
      buildArguments: buildArguments(base, provenance),
    });
    await buildah.save(name, layout);
    built.push({ image, name, layout: await layoutImage(layout, name), npmPackages: context.packages });
  }
  return built;
}

function imageName({ name }: Image, { version }: Provenance): string {
  return `${DEFAULT_REGISTRY}/${name}:${version}`;
}

function buildArguments({ name }: Base, provenance: Provenance): Readonly<Record<string, string>> {
  const { revision, source, version } = provenance;
  return { BASE: name, VERSION: version, REVISION: revision, SOURCE: source, CREATED: createdAt(provenance) };
}
