import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import path from 'node:path';

import * as z from 'zod';

import type { Buildah } from '../buildah.ts';
import { DEFAULT_REGISTRY } from '../image.ts';
import { makeBaseRoot } from './base-root.ts';
import { debianArchives } from './debian-archives.ts';

/** What the images are built on. */
export interface Base {
  readonly name: string;
  /** Made here from Debian packages; it has no shell. */
  readonly isOwn: boolean;
  /** Why this one. */
  readonly reason: string;
}

const PUBLISHED = 'docker.io/library/node:24-bookworm-slim';
const PUBLISHED_REGISTRY = 'https://registry-1.docker.io/v2/';
const PROBE_TIMEOUT_MS = 4000;
const Manifest = z.object({ version: z.string() });

export async function chooseBase(wanted: string, nodeVersion: string): Promise<Base> {
  const own = { name: `${DEFAULT_REGISTRY}/base:node-${nodeVersion}`, isOwn: true };
  if (wanted === 'local') {
    return { ...own, reason: 'as asked for' };
  }
  if (wanted !== 'auto') {
    return { name: wanted, isOwn: false, reason: 'as asked for' };
  }
  return (await isReachable(PUBLISHED_REGISTRY))
    ? { name: PUBLISHED, isOwn: false, reason: 'the published one' }
    : {
        ...own,
        reason: `made here from Debian packages and npm's Node, since no registry has ${PUBLISHED} within reach`,
      };
}

/** Of the Node binary that npm has installed here. */
export async function installedNodeVersion(repository: string): Promise<string> {
  const file = path.join(repository, 'node_modules/node/package.json');
  return Manifest.parse(JSON.parse(await readFile(file, 'utf8'))).version;
}

export interface OwnBaseOptions {
  readonly base: Base;
  readonly repository: string;
  readonly nodeVersion: string;
  readonly epochSeconds: number;
  /** Keeps the downloaded packages. */
  readonly cache: string;
  /** Folder for the root that is put together. */
  readonly root: string;
}

export async function buildOwnBase(buildah: Buildah, options: OwnBaseOptions, signal: AbortSignal): Promise<void> {
  const { base, cache, epochSeconds, nodeVersion, repository, root } = options;
  const archives = await debianArchives(path.join(cache, 'debian-packages'), signal);
  const node = path.join(repository, 'node_modules/node/bin/node');
  await makeBaseRoot(root, { archives, node, epochSeconds }, signal);
  await buildah.build({
    name: base.name,
    containerfile: path.join(repository, 'tools/images/Containerfile.base'),
    context: root,
    epochSeconds,
    buildArguments: { NODE_VERSION: nodeVersion },
  });
}

async function isReachable(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request(url, { timeout: PROBE_TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 || response.statusCode === 401);
    });
    probe.once('timeout', () => probe.destroy());
    probe.once('error', () => {
      resolve(false);
    });
    probe.end();
  });
}
