import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

export interface TestRegistry {
  readonly port: number;
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Where it keeps blobs and manifests; a test may spoil them. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** Whom the registry lets in; anybody when absent. */
export type TestRegistryAuth =
  | { readonly kind: 'basic' }
  | { readonly kind: 'token'; readonly realm: string; readonly issuer: string; readonly jwks: object };

/** The one account of a registry with basic authentication. */
export const TEST_ACCOUNT = { username: 'user', password: 'open sesame' };
const HTPASSWD = `${TEST_ACCOUNT.username}:$2b$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy\n`;
const READY_WITHIN_MS = 120_000;

/** A real registry (CNCF distribution) on loopback with a folder of its own; `stop` takes it down and removes both. */
export async function startTestRegistry(auth?: TestRegistryAuth): Promise<TestRegistry> {
  const { freePort, listening, ManagedProcess } = await import('@kaito/local-cloud');
  const command = await testTool('registry');
  const folder = await mkdtemp(path.join(tmpdir(), 'kaito-registry-'));
  const port = await freePort();
  const configuration = path.join(folder, 'config.json');
  await writeFile(path.join(folder, 'htpasswd'), HTPASSWD);
  await writeFile(path.join(folder, 'jwks.json'), JSON.stringify(auth?.kind === 'token' ? auth.jwks : {}));
  await writeFile(configuration, JSON.stringify(configurationOf(folder, port, auth)));
  const server = new ManagedProcess({
    name: 'registry',
    command,
    args: ['serve', configuration],
    // Without these it would ask a collector of traces that nobody runs.
    environment: { OTEL_TRACES_EXPORTER: 'none' },
    logFile: path.join(folder, 'registry.log'),
  });
  const ended = new AbortController();
  void server.exited.then(async () => ended.abort(new Error(`the registry ended: ${await server.lastLines()}`)));
  await listening(port, AbortSignal.any([ended.signal, AbortSignal.timeout(READY_WITHIN_MS)]));
  return {
    port,
    host: `127.0.0.1:${port}`,
    folder,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The path of a Go program, built at the first use (minutes) and kept. */
export async function testTool(name: 'registry' | 'crane' | 'karpenter-kwok'): Promise<string> {
  const { goTool, localPaths } = await import('@kaito/local-cloud');
  const { cache } = localPaths(process.env);
  const options = { cacheDirectory: cache, environment: process.env, onProgress: () => undefined };
  return goTool(name, options, new AbortController().signal);
}

function configurationOf(folder: string, port: number, auth: TestRegistryAuth | undefined): object {
  return {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: folder } },
    http: { addr: `127.0.0.1:${port}`, secret: 'of one test' },
    ...(auth === undefined ? {} : { auth: authOf(folder, auth) }),
  };
}

function authOf(folder: string, auth: TestRegistryAuth): object {
  if (auth.kind === 'basic') {
    return { htpasswd: { realm: 'test', path: path.join(folder, 'htpasswd') } };
  }
  const { realm, issuer } = auth;
  return {
    token: { realm, service: 'test', issuer, jwks: path.join(folder, 'jwks.json'), signingalgorithms: ['ES256'] },
  };
}
