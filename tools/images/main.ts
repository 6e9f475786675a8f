import process from 'node:process';
import { inspect } from 'node:util';

import { LocalCloudError, Progress, localPaths, screenOf } from '@kaito/local-cloud';
import { isTransferError } from '@kaito/oci';

import { makeContexts } from './src/context/make-contexts.ts';
import type { Task } from './src/find-out.ts';
import { ImagesError } from './src/images-error.ts';
import { makeImages } from './src/make-images.ts';
import { HELP, readOptions } from './src/options.ts';
import type { Options } from './src/options.ts';
import { missing } from './src/requirements.ts';
import { againInUserNamespace, standing } from './src/user-namespace.ts';

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
  if (options.isContextsOnly) {
    for (const directory of await makeContexts(paths.repository)) {
      progress.line(directory);
    }
    return;
  }
  const what = await missing(process.env['PATH'], options.base === 'auto' || options.base === 'local');
  if (what !== undefined) {
    fail(what);
    return;
  }
  const place = standing(process.env);
  if (place === 'user') {
    process.exitCode = await againInUserNamespace();
    return;
  }
  await make({ options, paths, progress, isRootless: place === 'namespace' });
}

async function make(task: Task): Promise<void> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      stop.abort(new ImagesError(`stopped by ${name}`));
    });
  }
  try {
    const { failed, passed } = await makeImages(task, stop.signal);
    task.progress.line(`\n${passed} passed, ${failed} failed`);
    process.exitCode = failed === 0 ? 0 : 1;
  } catch (error) {
    fail(explained(stop.signal.aborted ? stop.signal.reason : error));
  }
}

function fail(reason: string): void {
  process.stderr.write(`images: ${reason}\n`);
  process.exitCode = 1;
}

function explained(error: unknown): string {
  const isForPeople = error instanceof ImagesError || error instanceof LocalCloudError || isTransferError(error);
  return isForPeople ? error.message : inspect(error);
}
