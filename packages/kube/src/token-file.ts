import { readFile } from 'node:fs/promises';

const REREAD_AFTER_MS = 60_000;

/** A token that the kubelet renews in its file; read again after a minute. */
export function tokenFromFile(path: string, elapsedMs = (): number => performance.now()): () => Promise<string> {
  let current: { readonly token: string; readonly readAt: number } | undefined;
  return async () => {
    const now = elapsedMs();
    if (current === undefined || now - current.readAt >= REREAD_AFTER_MS) {
      current = { token: (await readFile(path, 'utf8')).trim(), readAt: now };
    }
    return current.token;
  };
}
