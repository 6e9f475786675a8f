import { readFile } from 'node:fs/promises';
import path from 'node:path';

import * as z from 'zod';

import type { Credentials } from './authorization.ts';
import { parseJson } from './manifest.ts';

const Account = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});

const DockerConfig = z.object({ auths: z.record(z.string(), Account).default({}) });

/** As `docker login` and others write it, and as a Secret of type `kubernetes.io/dockerconfigjson` names it. */
const FILES = ['config.json', '.dockerconfigjson'];
const DOCKER_HUB = 'https://index.docker.io/v1/';
const DOCKER_HUB_HOSTS = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/** The account for `registry` in a folder like `~/.docker`; undefined when there is none. */
export async function readCredentials(folder: string, registry: string): Promise<Credentials | undefined> {
  for (const file of FILES) {
    const text = await readFile(path.join(folder, file), 'utf8').catch(() => undefined);
    if (text !== undefined) {
      return credentialsIn(text, registry);
    }
  }
  return undefined;
}

/** Nothing for a text that is no such configuration: what it may hold is not shown in an error. */
export function credentialsIn(text: string, registry: string): Credentials | undefined {
  const { auths = {} } = DockerConfig.safeParse(parseJson(text)).data ?? {};
  const names = DOCKER_HUB_HOSTS.includes(registry) ? [registry, DOCKER_HUB] : [registry];
  const account = Object.entries(auths).find(([name]) => names.includes(name) || names.includes(hostOf(name)))?.[1];
  return account === undefined ? undefined : credentialsOf(account);
}

function credentialsOf({ auth, username, password, identitytoken }: z.infer<typeof Account>): Credentials | undefined {
  if (identitytoken !== undefined && identitytoken !== '') {
    return { kind: 'identityToken', token: identitytoken };
  }
  if (username !== undefined && password !== undefined) {
    return { kind: 'password', username, password };
  }
  const pair = Buffer.from(auth ?? '', 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0
    ? undefined
    : { kind: 'password', username: pair.slice(0, colon), password: pair.slice(colon + 1).replace(/\0+$/u, '') };
}

/** Names may be written as addresses: `https://registry.example.com/v2/`. */
function hostOf(name: string): string {
  return name.replace(/^https?:\/\//u, '').replace(/\/.*$/u, '');
}
