import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { command } from '../command.ts';
import { ImagesError } from '../images-error.ts';

/** All that the Node binary and llama.cpp load, and the files that every Debian program counts on; no shell. */
const BASE_PACKAGES = ['base-files', 'ca-certificates', 'libc6', 'libgcc-s1', 'libstdc++6', 'netbase'] as const;

const FILE_NAME = /^'[^']+' (?<file>\S+\.deb) \d+ \S+$/gmu;

/** Files of the packages at the versions that this machine's sources offer; apt checks their signatures. */
export async function debianArchives(directory: string, signal: AbortSignal): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true });
  try {
    const dependencies = await command(['apt-cache', 'depends', 'libgcc-s1'], { signal });
    const packages = [...BASE_PACKAGES, ...licenceHolders(dependencies)];
    // Elsewhere: of a file that is there already it prints nothing.
    const uris = await command(['apt-get', 'download', '--print-uris', ...packages], { directory: '/', signal });
    await command(['apt-get', 'download', '--quiet', ...packages], { directory, signal });
    return archiveNames(uris).map((file) => path.join(directory, file));
  } catch (error) {
    signal.throwIfAborted();
    throw new ImagesError(
      `the base's packages cannot be fetched: has "apt-get update" been run? Or name a base with --base IMAGE (${String(error)})`,
      { cause: error },
    );
  }
}

/** The compiler's libraries have their licence in a package of its own, whose name changes with the compiler. */
function licenceHolders(dependencies: string): readonly string[] {
  return /gcc-\d+-base/u.exec(dependencies) ?? [];
}

/** File names in what `apt-get download --print-uris` prints. */
export function archiveNames(uris: string): readonly string[] {
  return [...uris.matchAll(FILE_NAME)].flatMap(({ groups }) => groups?.['file'] ?? []).toSorted();
}
