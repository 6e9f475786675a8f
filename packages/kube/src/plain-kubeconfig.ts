import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import * as z from 'zod';

import { ClusterAccessError } from './cluster-access.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { tokenFromFile } from './token-file.ts';

const Cluster = z.strictObject({
  server: z.string(),
  'certificate-authority': z.string().optional(),
  'certificate-authority-data': z.string().optional(),
  'tls-server-name': z.string().optional(),
});
const User = z.strictObject({
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  'client-certificate': z.string().optional(),
  'client-certificate-data': z.string().optional(),
  'client-key': z.string().optional(),
  'client-key-data': z.string().optional(),
});
/** A kubeconfig with one way to one cluster, and nothing that needs a plugin. */
const PlainKubeconfig = z.object({
  clusters: z.tuple([z.object({ name: z.string(), cluster: Cluster })]),
  users: z.tuple([z.object({ name: z.string(), user: User })]),
  contexts: z.tuple([z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) })]),
});

/** The access that a plain kubeconfig in JSON gives; undefined when it is anything else. */
export async function plainKubeconfig(path: string): Promise<ClusterAccess | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ClusterAccessError(`the kubeconfig ${path} cannot be read`, { cause: error });
  });
  const { success, data } = PlainKubeconfig.safeParse(parsedIfJson(text));
  if (!success) {
    return undefined;
  }
  const [{ cluster }] = data.clusters;
  const [{ user }] = data.users;
  const base = dirname(path);
  const caPem = await pemOf(base, cluster['certificate-authority'], cluster['certificate-authority-data']);
  const clientCertPem = await pemOf(base, user['client-certificate'], user['client-certificate-data']);
  const clientKeyPem = await pemOf(base, user['client-key'], user['client-key-data']);
  const token = tokenOf(base, user);
  return {
    server: cluster.server,
    ...(cluster['tls-server-name'] !== undefined && { serverName: cluster['tls-server-name'] }),
    ...(caPem !== undefined && { caPem }),
    ...(clientCertPem !== undefined && { clientCertPem }),
    ...(clientKeyPem !== undefined && { clientKeyPem }),
    ...(token !== undefined && { token }),
  };
}

function tokenOf(base: string, { tokenFile, token }: z.infer<typeof User>): ClusterAccess['token'] {
  if (tokenFile !== undefined) {
    return tokenFromFile(resolve(base, tokenFile));
  }
  return token === undefined ? undefined : () => token;
}

async function pemOf(base: string, file: string | undefined, data: string | undefined): Promise<string | undefined> {
  if (file !== undefined) {
    return readFile(resolve(base, file), 'utf8');
  }
  return data === undefined ? undefined : Buffer.from(data, 'base64').toString('utf8');
}

function parsedIfJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
