import { readFile } from 'node:fs/promises';
import path from 'node:path';

import * as z from 'zod';

import { result } from './command.ts';

/** What an image says about where it comes from. */
export interface Provenance {
  readonly version: string;
  /** Of every file and of the image; the same commit gives the same image. */
  readonly createdEpochSeconds: number;
  /** The commit; ends with `-dirty` when files differ from it, and is `unknown` outside a checkout. */
  readonly revision: string;
  /** Web address of the repository; empty when the checkout does not know one. */
  readonly source: string;
}

const Manifest = z.object({ version: z.string().min(1) });
const Epoch = z.coerce.number<string>().int().min(0);

/** Reads the commit of the checkout; `SOURCE_DATE_EPOCH` wins over its time. */
export async function provenance(
  repository: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Provenance> {
  const git = async (...args: readonly string[]): Promise<string> => gitOutput(repository, args);
  const { version } = Manifest.parse(JSON.parse(await readFile(path.join(repository, 'package.json'), 'utf8')));
  const commit = await git('rev-parse', 'HEAD');
  const isDirty = (await git('status', '--porcelain')) !== '';
  const { SOURCE_DATE_EPOCH: epoch } = environment;
  return {
    version,
    createdEpochSeconds: Epoch.parse(epoch ?? ((await git('log', '-1', '--format=%ct')) || '0')),
    revision: commit === '' ? 'unknown' : `${commit}${isDirty ? '-dirty' : ''}`,
    source: webAddress(environment, await git('remote', 'get-url', 'origin')),
  };
}

async function gitOutput(repository: string, args: readonly string[]): Promise<string> {
  const { code, output } = await result(['git', '-C', repository, ...args]).catch(() => ({ code: 1, output: '' }));
  return code === 0 ? output.trim() : '';
}

/** Only what everybody can open: a folder of this machine or an address with a password says nothing to others. */
function webAddress(environment: Readonly<Record<string, string | undefined>>, remote: string): string {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = environment;
  if (server !== undefined && name !== undefined) {
    return `${server}/${name}`;
  }
  return /^https:\/\/[^@\s]+$/u.test(remote) ? remote.replace(/\.git$/u, '') : '';
}

/** As the image's `created` and its label say it. */
export function createdAt({ createdEpochSeconds }: Provenance): string {
  return new Date(createdEpochSeconds * 1000).toISOString().replace('.000Z', 'Z');
}
