import { homedir } from 'node:os';
import path from 'node:path';

/** Where things lie in a checkout and on the machine. */
export interface Paths {
  readonly repository: string;
  /** State of the running cluster; emptied at each start. */
  readonly state: string;
  /** What is worth keeping between starts and checkouts. */
  readonly cache: string;
}

export function paths(environment: Readonly<Record<string, string | undefined>>): Paths {
  const repository = path.join(import.meta.dirname, '../../../..');
  const cacheHome = environment['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
  return { repository, state: path.join(repository, '.local'), cache: path.join(cacheHome, 'kaito') };
}
