import type { Progress } from '@kaito/local-cloud';

import type { Buildah } from './buildah.ts';
import { check } from './checks.ts';
import type { Check } from './checks.ts';
import type { Finding } from './report.ts';
import path from 'node:path';
import { readFile } from 'node:fs/promises';

export interface PushOptions {
  readonly buildah: Buildah;
  readonly registry: string;
  readonly work: string;
  /** Those so far; nothing is pushed when one has failed. */
  readonly checks: readonly Check[];
}

/** Pushes every image under the digest that was looked at. */
export async function pushAll(
  findings: readonly Finding[],
  { buildah, registry, work, checks }: PushOptions,
  progress: Progress,
): Promise<readonly Check[]> {
  if (checks.some(({ problem }) => problem !== '')) {
    progress.line('\nnot pushed: a check has failed');
    return [];
  }
  const done: Check[] = [];
  for (const { built } of findings) {
    const digestFile = path.join(work, `${built.image.name}.digest`);
    const target = `${registry}/${built.name.split('/').at(-1) ?? ''}`;
    await buildah.push(built.name, target, digestFile);
    const digest = (await readFile(digestFile, 'utf8')).trim();
    done.push(check(`pushed ${target}`, digest === built.layout.digest, `as ${digest}`));
    progress.line(`pushed ${target}@${digest}`);
  }
  return done;
}
