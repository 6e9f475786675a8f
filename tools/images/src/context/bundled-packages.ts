import type { Metafile } from 'esbuild';

const PACKAGE = /^(?<directory>(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//u;

/** Folders of the npm packages that the bundle really holds something of; sorted, each once. */
export function bundledPackages({ outputs }: Pick<Metafile, 'outputs'>): readonly string[] {
  const files = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  return packagesOf(files);
}

/** Folders of the npm packages that the files belong to; our own are in none. */
export function packagesOf(files: readonly string[]): readonly string[] {
  const directories = files.flatMap((file) => PACKAGE.exec(file)?.groups?.['directory'] ?? []);
  return [...new Set(directories)].toSorted();
}
