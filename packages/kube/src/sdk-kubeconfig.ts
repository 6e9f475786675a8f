import type { RequestOptions } from 'node:https';

import { withoutSecrets } from '@kaito/controller-runtime';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'; // the index would load a thousand files more
import * as z from 'zod';

import { ClusterAccessError } from './cluster-access.ts';
import type { ClusterAccess } from './cluster-access.ts';

const ASK_AGAIN_AFTER_MS = 60_000;

/** Any kubeconfig that kubectl reads: several files, YAML, exec plugins. Loads the SDK: import it lazily. */
export async function sdkKubeconfig(paths: readonly string[]): Promise<ClusterAccess> {
  const config = loaded(paths);
  const server = usableServer(config);
  const options = await optionsOf(config);
  const caPem = pemOf(options.ca);
  const clientCertPem = pemOf(options.cert);
  const clientKeyPem = pemOf(options.key);
  return {
    server,
    ...(options.servername !== undefined && { serverName: options.servername }),
    ...(caPem !== undefined && { caPem }),
    ...(clientCertPem !== undefined && { clientCertPem }),
    ...(clientKeyPem !== undefined && { clientKeyPem }),
    ...(bearerOf(options) !== undefined && { token: tokenSource(config) }),
  };
}

function loaded(paths: readonly string[]): KubeConfig {
  const config = new KubeConfig();
  try {
    for (const [index, path] of paths.entries()) {
      if (index === 0) {
        config.loadFromFile(path);
      } else {
        const other = new KubeConfig();
        other.loadFromFile(path);
        config.mergeConfig(other, true);
      }
    }
  } catch (error) {
    // The error itself is no cause: a parser's quotes the lines around the mistake, and there stand keys and tokens.
    throw new ClusterAccessError(`the kubeconfig ${paths.join(', ')} cannot be used: ${reasonOf(error)}`);
  }
  return config;
}

const Broken = z.object({ reason: z.string(), mark: z.object({ line: z.int() }) });

function reasonOf(error: unknown): string {
  const { data } = Broken.safeParse(error);
  if (data !== undefined) {
    return `${data.reason} (line ${data.mark.line + 1})`;
  }
  return withoutSecrets(error instanceof Error ? error.message : String(error));
}

/** What we do not do is refused here, and not found out by a strange failure later. */
function usableServer(config: KubeConfig): string {
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  const refusals: readonly (readonly [boolean, string])[] = [
    [cluster?.skipTLSVerify === true, 'insecure-skip-tls-verify is not supported: name the certificate authority'],
    [cluster?.proxyUrl !== undefined, 'proxy-url is not supported'],
    [user?.impersonateUser !== undefined, 'impersonation is not supported'],
    [user?.username !== undefined, 'passwords are not supported: use a token or a client certificate'],
  ];
  const refusal = cluster === null ? 'its current context names no cluster' : refusals.find(([holds]) => holds)?.[1];
  if (cluster === null || refusal !== undefined) {
    throw new ClusterAccessError(`the kubeconfig cannot be used: ${refusal ?? ''}`);
  }
  return cluster.server;
}

async function optionsOf(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return options;
}

/** The plugin behind it keeps its token until it expires; asking costs files and agents, so not at every request. */
function tokenSource(config: KubeConfig): () => Promise<string> {
  let current: { readonly token: string; readonly askedAt: number } | undefined;
  return async () => {
    const now = performance.now();
    if (current === undefined || now - current.askedAt >= ASK_AGAIN_AFTER_MS) {
      current = { token: bearerOf(await optionsOf(config)) ?? '', askedAt: now };
    }
    return current.token;
  };
}

function bearerOf({ headers = {} }: RequestOptions): string | undefined {
  const [, header] = Object.entries(headers).find(([name]) => name === 'Authorization') ?? [];
  return typeof header === 'string' && header.startsWith('Bearer ') ? header.slice('Bearer '.length) : undefined;
}

function pemOf(value: unknown): string | undefined {
  return typeof value === 'string' || Buffer.isBuffer(value) ? value.toString() : undefined;
}
