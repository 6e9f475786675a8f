import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { writeBundleData } from '../../../../scripts/bundle-options.ts';
import type { Image } from '../image.ts';
import type { Provenance } from '../provenance.ts';
import { bundle } from './bundle.ts';
import { bundledPackages } from './bundled-packages.ts';
import { notices, npmPackage } from './npm-package.ts';
import type { NpmPackage } from './npm-package.ts';
import { copyPackagesBeside } from './packages-beside.ts';
import { settle } from './settle.ts';

/** What a Containerfile copies from, and what npm packages lie in it. */
export interface ImageContext {
  readonly directory: string;
  readonly packages: readonly NpmPackage[];
}

export interface ContextOptions {
  readonly repository: string;
  readonly provenance: Provenance;
}

/** Where `npm run images -- --contexts` leaves it, for builders of one's own. */
export function contextDirectory(image: Image, repository: string): string {
  return path.join(repository, 'packages', image.name, 'dist/image');
}

/** Makes `app/` (the program) and, where something is written, `workspace/`. Begins with an empty folder. */
export async function makeContext(image: Image, directory: string, options: ContextOptions): Promise<ImageContext> {
  const { repository, provenance } = options;
  const folder = path.join(repository, 'packages', image.name);
  const app = path.join(directory, 'app');
  await rm(directory, { recursive: true, force: true });
  await mkdir(app, { recursive: true });
  const metafile = await bundle(path.join(folder, 'src/main.ts'), path.join(app, 'main.js'), repository);
  const inBundle = await Promise.all(
    bundledPackages(metafile).map(async (one) => npmPackage(path.join(repository, one))),
  );
  const beside = await copyPackagesBeside(image.besideBundle, folder, { repository, target: app });
  await writeBundleData(image.name, folder, app);
  await copyFile(path.join(repository, 'LICENSE'), path.join(app, 'LICENSE'));
  await writeFile(path.join(app, 'THIRD_PARTY_LICENSES'), await notices(inBundle));
  await writeFile(path.join(app, 'package.json'), manifest(provenance));
  for (const writable of image.writable.filter((one) => one !== '/tmp')) {
    await mkdir(path.join(directory, writable), { recursive: true });
  }
  await settle(directory, provenance.createdEpochSeconds);
  return { directory, packages: [...inBundle, ...beside] };
}

/** Tells Node that the one file is a module, so that it does not have to read it twice to find out. */
function manifest({ version }: Provenance): string {
  return `${JSON.stringify({ version, license: 'Apache-2.0', type: 'module' })}\n`;
}
