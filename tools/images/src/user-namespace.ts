import { spawn } from 'node:child_process';
import process from 'node:process';

/** Set by `buildah unshare` for what runs in it. */
const CONFIGURED = '_CONTAINERS_USERNS_CONFIGURED';

/** Where we stand: root of the machine, root of a user namespace only, or nobody of the kind. */
export function standing(environment: Readonly<Record<string, string | undefined>>): 'root' | 'namespace' | 'user' {
  if (environment[CONFIGURED] !== undefined) {
    return 'namespace';
  }
  return process.getuid?.() === 0 ? 'root' : 'user';
}

/** Runs this program again where it owns files of other users than its own; gives its status. */
export async function againInUserNamespace(): Promise<number> {
  const child = spawn('buildah', ['unshare', process.execPath, ...process.argv.slice(1)], { stdio: 'inherit' });
  // The terminal's Ctrl-C reaches it by itself.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.once('error', () => {
      resolve(1);
    });
    child.once('close', (code) => {
      resolve(code ?? 1);
    });
  });
}
