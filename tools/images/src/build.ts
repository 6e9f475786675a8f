import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import type { Progress } from '@kaito/local-cloud';

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
import { during } from './tell.ts';

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
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<readonly BuiltImage[]> {
  const { base, provenance } = plan;
  const { createdEpochSeconds: epochSeconds } = provenance;
  await mkdir(work, { recursive: true });
  if (base.isOwn) {
    const root = path.join(work, 'base');
    await during(progress, ['base'], async () => buildOwnBase(buildah, { ...plan, epochSeconds, root }, signal));
  }
  const built: BuiltImage[] = [];
  for (const image of IMAGES) {
    const folders = { context: path.join(work, image.name), layout };
    built.push(await during(progress, [image.name], async () => buildOne(image, buildah, plan, folders)));
  }
  return built;
}

async function buildOne(
  image: Image,
  buildah: Buildah,
  { base, provenance, repository }: BuildPlan,
  { context, layout }: { readonly context: string; readonly layout: string },
): Promise<BuiltImage> {
  const { packages } = await makeContext(image, context, { repository, provenance });
  const name = imageName(image, provenance);
  await buildah.build({
    name,
    containerfile: path.join(repository, 'packages', image.name, 'Containerfile'),
    context,
    epochSeconds: provenance.createdEpochSeconds,
    buildArguments: buildArguments(base, provenance),
  });
  await buildah.save(name, layout);
  return { image, name, layout: await layoutImage(layout, name), npmPackages: packages };
}

function imageName({ name }: Image, { version }: Provenance): string {
  return `${DEFAULT_REGISTRY}/${name}:${version}`;
}

function buildArguments({ name }: Base, provenance: Provenance): Readonly<Record<string, string>> {
  const { revision, source, version } = provenance;
  return { BASE: name, VERSION: version, REVISION: revision, SOURCE: source, CREATED: createdAt(provenance) };
}
