import { access, constants } from 'node:fs/promises';
import path from 'node:path';

const PROGRAMS: Readonly<Record<string, string>> = {
  buildah: 'buildah',
  runc: 'runc',
  setpriv: 'util-linux',
  tar: 'tar',
};

/** For a base of our own. */
const DEBIAN_PROGRAMS: Readonly<Record<string, string>> = { 'apt-get': 'apt', 'dpkg-deb': 'dpkg' };

/** One sentence that names what is missing and the Debian packages that bring it; undefined: nothing is. */
export async function missing(searchPath: string, isOwnBase: boolean): Promise<string | undefined> {
  const needed = Object.entries({ ...PROGRAMS, ...(isOwnBase ? DEBIAN_PROGRAMS : {}) });
  const found = await Promise.all(needed.map(async ([program]) => isInstalled(program, searchPath)));
  const absent = needed.filter((_, index) => found[index] === false);
  const programs = absent.map(([program]) => program).join(' and ');
  const packages = absent.map(([, debian]) => debian).join(' ');
  return absent.length === 0
    ? undefined
    : `${programs} ${absent.length === 1 ? 'is' : 'are'} missing: install the Debian packages with "apt-get install --no-install-recommends ${packages}"`;
}

async function isInstalled(program: string, searchPath: string): Promise<boolean> {
  for (const directory of searchPath.split(path.delimiter)) {
    try {
      await access(path.join(directory, program), constants.X_OK);
      return true;
    } catch {
      // the next folder
    }
  }
  return false;
}
