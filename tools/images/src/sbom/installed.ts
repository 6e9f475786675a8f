import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { debianPackages, licensesOf } from '../base/debian-package.ts';
import type { DebianPackage } from '../base/debian-package.ts';

/** The Debian packages of an unpacked image, with the licences that lie beside them. */
export async function installedPackages(root: string): Promise<readonly DebianPackage[]> {
  const records = globSync(['var/lib/dpkg/status', 'var/lib/dpkg/status.d/*'], { cwd: root });
  const texts = await Promise.all(
    records.filter((file) => !file.endsWith('.md5sums')).map(async (file) => readFile(path.join(root, file), 'utf8')),
  );
  const packages = await Promise.all(
    texts.flatMap(debianPackages).map(async (one) => ({ ...one, licenses: await licensesAt(root, one.name) })),
  );
  return packages.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

async function licensesAt(root: string, name: string): Promise<readonly string[]> {
  const file = path.join(root, 'usr/share/doc', name, 'copyright');
  return licensesOf(await readFile(file, 'utf8').catch(() => ''));
}

/** `debian-12`, from the image's own os-release. */
export async function distributionOf(root: string): Promise<string> {
  const text = await readFile(path.join(root, 'usr/lib/os-release'), 'utf8').catch(() => '');
  const value = (name: string): string | undefined => new RegExp(`^${name}="?([^"\n]*)"?$`, 'mu').exec(text)?.[1];
  return `${value('ID') ?? 'linux'}-${value('VERSION_ID') ?? 'unknown'}`;
}
