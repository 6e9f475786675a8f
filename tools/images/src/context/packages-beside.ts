import { existsSync, globSync } from 'node:fs';
import { cp, lstat, mkdir, readlink, realpath, symlink } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

import { ImagesError } from '../images-error.ts';
import { importedFiles } from './bundle.ts';
import { packagesOf } from './bundled-packages.ts';
import { licenseFiles, npmPackage } from './npm-package.ts';
import type { NpmPackage } from './npm-package.ts';

/** What a package reads at run time besides the modules that it imports. */
const DATA: Readonly<Record<string, readonly string[]>> = { 'node-llama-cpp': ['llama/*.json', 'llama/grammars/*'] };

/** The prebuilt library of llama.cpp for CPUs of this machine's kind. */
const LLAMA_LIBRARY = `@node-llama-cpp/linux-${process.arch}`;

/**
 * Copies npm packages that stay outside the bundle, and of them only the files that importing `names` can load:
 * 33 of 85 MB. They keep their places in pnpm's store, so that each finds the versions that it was installed with.
 */
export async function copyPackagesBeside(
  names: readonly string[],
  importer: string,
  { repository, target }: { readonly repository: string; readonly target: string },
): Promise<readonly NpmPackage[]> {
  const files = (await Promise.all(names.map(async (name) => importedFiles(name, importer, repository)))).flat();
  const directories = new Set(packagesOf(files).map((directory) => path.join(repository, directory)));
  const copied: NpmPackage[] = [];
  for (const directory of directories) {
    const one = await npmPackage(directory);
    copied.push(one);
    const own = [...(await licenseFiles(one)), ...dataOf(one)];
    await copyFiles(
      own.map((file) => path.join(directory, file)),
      repository,
      target,
    );
  }
  const modules = files.map((file) => path.join(repository, file));
  await copyFiles([...modules, ...manifestsOf(modules, directories)], repository, target);
  if (names.includes('node-llama-cpp')) {
    copied.push(await copyLibrary(path.join(importer, 'node_modules/node-llama-cpp'), directories, repository, target));
  }
  for (const directory of directories) {
    await linkNeighbours(directory, directories, { repository, target });
  }
  for (const name of names) {
    await link(await realpath(path.join(importer, 'node_modules', name)), name, { repository, target });
  }
  return copied.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** The nearest package.json of a module says how Node reads it; a package may have several. */
function manifestsOf(modules: readonly string[], directories: ReadonlySet<string>): readonly string[] {
  const manifests = new Set<string>();
  for (const file of modules) {
    let directory = file;
    do {
      directory = path.dirname(directory);
      manifests.add(path.join(directory, 'package.json'));
    } while (!directories.has(directory) && directory !== '/');
  }
  return [...manifests].filter((file) => existsSync(file));
}

function dataOf({ name, directory }: NpmPackage): readonly string[] {
  return globSync(DATA[name] ?? [], { cwd: directory });
}

async function copyFiles(files: readonly string[], repository: string, target: string): Promise<void> {
  for (const file of files) {
    await cp(file, path.join(target, path.relative(repository, file)));
  }
}

async function copyLibrary(
  user: string,
  directories: Set<string>,
  repository: string,
  target: string,
): Promise<NpmPackage> {
  const neighbours = path.dirname(await realpath(user));
  const directory = await realpath(path.join(neighbours, LLAMA_LIBRARY)).catch((error: unknown) => {
    throw new ImagesError(`${LLAMA_LIBRARY} is not installed: there is no inference server for this machine`, {
      cause: error,
    });
  });
  directories.add(directory);
  await cp(directory, path.join(target, path.relative(repository, directory)), { recursive: true });
  return npmPackage(directory);
}

/** The links beside a package in pnpm's store are what it may import. */
async function linkNeighbours(
  directory: string,
  copied: ReadonlySet<string>,
  { repository, target }: { readonly repository: string; readonly target: string },
): Promise<void> {
  const neighbours = directory.slice(0, directory.lastIndexOf('/node_modules/') + '/node_modules'.length);
  for (const name of globSync(['*', '@*/*'], { cwd: neighbours })) {
    const file = path.join(neighbours, name);
    if ((await lstat(file)).isSymbolicLink() && copied.has(await realpath(file))) {
      const copy = path.join(target, path.relative(repository, file));
      await mkdir(path.dirname(copy), { recursive: true });
      await symlink(await readlink(file), copy);
    }
  }
}

async function link(
  directory: string,
  name: string,
  { repository, target }: { readonly repository: string; readonly target: string },
): Promise<void> {
  const modules = path.join(target, 'node_modules');
  await symlink(path.relative(path.join(repository, 'node_modules'), directory), path.join(modules, name));
}
