import process from 'node:process';
import { inspect } from 'node:util';

import { LocalCloudError, Progress, localPaths, screenOf } from '@kaito/local-cloud';

import { ImagesError } from './src/images-error.ts';
import { makeContexts, makeImages } from './src/make-images.ts';
import { HELP, readOptions } from './src/options.ts';
import type { Options } from './src/options.ts';
import { missing } from './src/requirements.ts';

const read = readOptions(process.argv.slice(2));
switch (read.kind) {
  case 'help':
    process.stdout.write(HELP);
    break;
  case 'invalid':
    process.stderr.write(`images: ${read.problem}\ntry --help\n`);
    process.exitCode = 2;
    break;
  case 'options':
    await run(read.options);
    break;
  default:
    read satisfies never;
}

async function run(options: Options): Promise<void> {
  process.env['PATH'] = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`; // runc lies there, and not every user looks
  const paths = localPaths(process.env);
  const progress = new Progress(screenOf(process.stdout));
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      stop.abort(new ImagesError(`stopped by ${name}`));
    });
  }
  try {
    if (options.isContextsOnly) {
      await makeContexts({ paths, progress });
      return;
    }
    const what = await missing(process.env['PATH'], options.base === 'auto' || options.base === 'local');
    if (what !== undefined) {
      throw new ImagesError(what);
    }
    const isRootless = process.getuid?.() !== 0;
    const { failed, passed } = await makeImages({ options, paths, progress, isRootless }, stop.signal);
    progress.line(`\n${passed} passed, ${failed} failed`);
    process.exitCode = failed === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`images: ${stop.signal.aborted ? String(stop.signal.reason) : explained(error)}\n`);
    process.exitCode = 1;
  }
}

function explained(error: unknown): string {
  return error instanceof ImagesError || error instanceof LocalCloudError ? error.message : inspect(error);
}
