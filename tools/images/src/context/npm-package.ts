import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import * as z from 'zod';

/** What is known of one installed npm package. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression; absent: its package.json names none. */
  readonly license?: string;
  /** Absolute. */
  readonly directory: string;
}

const OldLicense = z.object({ type: z.string() });
const Manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.union([z.string(), OldLicense.transform(({ type }) => type)]).optional(),
  licenses: z.array(OldLicense).optional(),
});

const LICENSE_FILE = /^(?:licen[cs]e|notice|copying)/iu;

export async function npmPackage(directory: string): Promise<NpmPackage> {
  const manifest = Manifest.parse(JSON.parse(await readFile(path.join(directory, 'package.json'), 'utf8')));
  const license = manifest.license ?? manifest.licenses?.map(({ type }) => type).join(' OR ');
  return { name: manifest.name, version: manifest.version, directory, ...(license !== undefined && { license }) };
}

/** Names of the files with its licence and notices. */
export async function licenseFiles({ directory }: NpmPackage): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && LICENSE_FILE.test(entry.name))
    .map(({ name }) => name)
    .toSorted();
}

/** One text with the licence of every package, as the licences ask of who passes the packages on. */
export async function notices(packages: readonly NpmPackage[]): Promise<string> {
  const parts = await Promise.all(
    packages.map(async (one) => {
      const files = await licenseFiles(one);
      const texts = await Promise.all(files.map(async (file) => readFile(path.join(one.directory, file), 'utf8')));
      const title = `${one.name} ${one.version} (${one.license ?? 'licence not stated'})`;
      return [title, '-'.repeat(title.length), ...texts.map((text) => text.trim()), ''].join('\n');
    }),
  );
  return `${parts.join('\n')}\n`;
}
