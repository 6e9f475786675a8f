import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import * as z from 'zod';

import type { DebianPackage } from './base/debian-package.ts';
import type { BuiltImage } from './build.ts';
import { check } from './checks.ts';
import type { Check } from './checks.ts';
import type { RunnableImage } from './container/run-image.ts';
import { filesBelow, unpack } from './container/unpack.ts';
import type { RootFile } from './container/unpack.ts';
import { npmPackage } from './context/npm-package.ts';
import { DEFAULT_REGISTRY } from './image.ts';
import type { Provenance } from './provenance.ts';
import { bomOf } from './sbom/bom.ts';
import { npmComponent } from './sbom/components.ts';
import { Bom } from './sbom/cyclonedx.ts';
import { distributionOf, installedPackages } from './sbom/installed.ts';
import { imageChecks } from './verify/image-checks.ts';
import { inspect } from './verify/inspection.ts';

/** What has been found out about an image from its layers and from a look around inside a container. */
export interface Examined {
  readonly runnable: RunnableImage;
  readonly checks: readonly Check[];
  readonly unpackedBytes: number;
  readonly debianPackages: readonly DebianPackage[];
  readonly nodeVersion: string;
  readonly bomFile: string;
}

export interface ExamineOptions {
  readonly work: string;
  readonly output: string;
  readonly provenance: Provenance;
  readonly isOwnBase: boolean;
  readonly isRootless: boolean;
}

const LlamaRelease = z.object({ release: z.string() });

/** Unpacks the image as it would be shipped, looks at it, and writes its SBOM. */
export async function examine(built: BuiltImage, options: ExamineOptions, signal: AbortSignal): Promise<Examined> {
  const { image, layout } = built;
  const { isOwnBase, isRootless, output, provenance, work } = options;
  const root = path.join(work, `root-${image.name}`);
  await unpack(layout, root, signal);
  const files = await filesBelow(root);
  const runnable = { image, config: layout.config, root, scratch: path.join(work, 'containers'), isRootless };
  const debianPackages = await installedPackages(root);
  const inspection = await inspect(runnable);
  const bom = bomOf({
    image,
    provenance,
    digest: layout.digest,
    registry: DEFAULT_REGISTRY,
    npmPackages: built.npmPackages,
    debianPackages,
    distribution: await distributionOf(root),
    nodeVersions: inspection.versions,
    llamaRelease: await llamaRelease(files),
  });
  const bomFile = path.join(output, `${image.name}.cdx.json`);
  await writeFile(bomFile, `${JSON.stringify(bom, undefined, 2)}\n`);
  return {
    runnable,
    checks: [
      ...imageChecks({ image, layout, provenance, root, files, inspection, isOwnBase }),
      await bomCheck(bomFile, files, debianPackages),
    ],
    unpackedBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    debianPackages,
    nodeVersion: inspection.versions['node'] ?? '',
    bomFile,
  };
}

async function llamaRelease(files: readonly RootFile[]): Promise<string | undefined> {
  const found = files.find(({ file }) => file.endsWith('/node-llama-cpp/llama/binariesGithubRelease.json'));
  return found === undefined ? undefined : LlamaRelease.parse(JSON.parse(await readFile(found.file, 'utf8'))).release;
}

const PACKAGE_MANIFEST = /\/node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/u;

/** Compares the document with what lies in the image's root, which it was not made from. */
async function bomCheck(
  file: string,
  files: readonly RootFile[],
  debianPackages: readonly DebianPackage[],
): Promise<Check> {
  const read = Bom.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!read.success) {
    return check('SBOM', false, read.error.message);
  }
  const listed = new Set(read.data.components.map(({ purl }) => purl));
  const manifests = files.filter((one) => PACKAGE_MANIFEST.test(one.file) && one.file.includes('/app/'));
  const packages = await Promise.all(manifests.map(async (one) => npmPackage(path.dirname(one.file))));
  const unlisted = packages.filter((one) => !listed.has(npmComponent(one).purl)).map(({ name }) => name);
  const debian = read.data.components.filter(({ purl }) => purl?.startsWith('pkg:deb/') === true).length;
  const problem = `not listed: ${unlisted.join(', ')}; Debian packages: ${debian} of ${debianPackages.length}`;
  const isWhole = unlisted.length === 0 && debian === debianPackages.length && debian > 0;
  return check('SBOM lists all packages inside', isWhole, problem);
}
