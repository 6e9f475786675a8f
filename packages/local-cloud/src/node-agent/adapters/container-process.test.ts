import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { ContainerLog } from './container-log.ts';
import { startContainer, StartError } from './container-process.ts';
import { prepareRoot, supportedMountMode } from './container-root.ts';
import type { MountMode } from './container-root.ts';
import { Guardian } from './guardian.ts';

let directory: string;
let modes: readonly MountMode[];
const guardian = new Guardian();

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'kaito-container-'));
  await mkdir(path.join(directory, 'volume'));
  await writeFile(path.join(directory, 'volume', 'greeting'), 'hello\n');
  modes = (await supportedMountMode(directory)) === 'namespace' ? ['namespace', 'paths'] : ['paths'];
});

afterAll(async () => {
  guardian.stop();
  await rm(directory, { recursive: true, force: true });
});

let count = 0;

interface Options {
  readonly isReadOnly?: boolean;
  readonly workingDirectory?: string;
}

async function run(mode: MountMode, ...argv: readonly string[]) {
  return runWith(mode, {}, ...argv);
}

/**
 * Runs a program with the volume at /kaito-test/volume, read-only, one of its files at /etc/kaito-test/file, and a
 * volume to write at /kaito-test/own.
 */
async function runWith(mode: MountMode, options: Options, ...argv: readonly string[]) {
  count += 1;
  const own = path.join(directory, `container-${count}`);
  const mount = { volume: 'volume', isReadOnly: true };
  const prepared = await prepareRoot(
    {
      mounts: [
        { ...mount, mountPath: '/kaito-test/volume', subPath: '' },
        { ...mount, mountPath: '/etc/kaito-test/file', subPath: 'greeting' },
        { volume: `own-${count}`, mountPath: '/kaito-test/own', subPath: '', isReadOnly: false },
      ],
      volumeDirectory: (name) => path.join(directory, name),
      directory: own,
      hostsFile: undefined,
      terminationMessagePath: '/dev/termination-log',
      workingDirectory: '/tmp',
      isReadOnly: false,
      ...options,
      argv,
    },
    mode,
  );
  const log = new ContainerLog(path.join(own, 'log'));
  const environment = { PATH: process.env['PATH'] ?? '', ...prepared.environment };
  const started = await startContainer({ command: prepared.command, environment, log }, guardian);
  const signal = (name: NodeJS.Signals): void => {
    started.signal(name);
  };
  return {
    pid: started.pid,
    exited: started.exited,
    signal,
    log,
    lines: () => log.records().map(({ stream, text }) => `${stream}: ${text}`),
    prepared,
  };
}

describe.each<MountMode>(['namespace', 'paths'])('a container, mounts by %s', (mode) => {
  test('prints to its log and ends with its exit code', async () => {
    if (isImpossible(mode)) {
      return;
    }
    const { exited, lines } = await run(mode, 'sh', '-c', 'echo out; echo err >&2; pwd; printf rest; exit 5');
    await expect(exited).resolves.toEqual({ exitCode: 5 });
    expect(lines().filter((line) => line.startsWith('stdout'))).toEqual([
      'stdout: out',
      'stdout: /tmp',
      'stdout: rest',
    ]);
    expect(lines()).toContain('stderr: err');
  });

  test('sees volumes and files of volumes at their paths', async () => {
    if (isImpossible(mode)) {
      return;
    }
    const script = 'cat $KAITO_ROOT/kaito-test/volume/greeting $KAITO_ROOT/etc/kaito-test/file';
    const { exited, lines } = await run(mode, 'sh', '-c', script);
    await exited;
    expect(lines()).toEqual(['stdout: hello', 'stdout: hello']);
    expect([existsSync('/kaito-test'), existsSync('/etc/kaito-test')]).toEqual([false, false]);
  });

  test('leaves its last words', async () => {
    if (isImpossible(mode)) {
      return;
    }
    const { exited, prepared } = await run(mode, 'sh', '-c', 'echo why > $KAITO_ROOT/dev/termination-log');
    await exited;
    await expect(readFile(prepared.terminationMessageFile, 'utf8')).resolves.toBe('why\n');
  });

  test('tells which signal ended it, and takes along what it has started', async () => {
    if (isImpossible(mode)) {
      return;
    }
    const { exited, signal, log, pid } = await run(mode, 'sh', '-c', 'sleep 300 & echo $!; wait');
    const child = await new Promise<string>((resolve) => {
      const known = log.records()[0];
      if (known !== undefined) {
        resolve(known.text);
      }
      log.listen({
        next: ({ text }) => {
          resolve(text);
        },
        end: () => undefined,
      });
    });
    expect(existsSync(`/proc/${child}`)).toBe(true);
    signal('SIGKILL');
    await expect(exited).resolves.toEqual({ exitCode: 137, signal: 9 });
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    signal('SIGKILL'); // harmless when nobody is left
  });

  test('is refused when there is no such program', async () => {
    if (isImpossible(mode)) {
      return;
    }
    await expect(run(mode, 'no-such-program')).rejects.toThrow(StartError);
    await expect(run(mode, 'no-such-program')).rejects.toThrow('"no-such-program": executable file not found in $PATH');
  });

  test('writes only to its volumes when its root is read-only', async () => {
    if (isImpossible(mode) || mode === 'paths') {
      return;
    }
    const script = 'for f in /x /etc/x ./x /kaito-test/own/x; do touch $f 2>/dev/null && echo $f; done; pwd';
    const options = { isReadOnly: true, workingDirectory: '/kaito-test/work' };
    const { exited, lines } = await runWith(mode, options, 'sh', '-c', script);
    await exited;
    expect(lines()).toEqual(['stdout: /kaito-test/own/x', 'stdout: /kaito-test/work']);
  });

  test('cannot change a read-only volume, nor the host from a root of its own', async () => {
    if (isImpossible(mode) || mode === 'paths') {
      return;
    }
    const script = 'touch /kaito-test/volume/x; touch /kaito-test-root && echo wrote';
    const { exited, lines } = await run(mode, 'sh', '-c', script);
    await exited;
    expect(lines()).toContain('stdout: wrote');
    expect(lines().join('\n')).toContain('Read-only file system');
    expect(existsSync('/kaito-test-root')).toBe(false);
  });
});

/** Where this machine allows no mount namespaces, says so. */
function isImpossible(mode: MountMode): boolean {
  const isPossible = modes.includes(mode);
  if (!isPossible) {
    process.stdout.write('this machine allows no mount namespaces: roots of their own are not tested\n');
  }
  return !isPossible;
}

const SLEEPER = ['/bin/sh', '-c', 'echo ready >&3; exec 3>&-; exec sleep 300'];

describe('Guardian', () => {
  test('kills what is left when its writer goes', async () => {
    const other = new Guardian();
    const log = new ContainerLog(path.join(directory, 'guarded'));
    const start = { environment: { PATH: process.env['PATH'] ?? '' }, log };
    const kept = await startContainer({ ...start, command: SLEEPER }, other);
    const done = await startContainer({ ...start, command: SLEEPER }, other);
    done.signal('SIGTERM');
    await done.exited;
    other.stop();
    await expect(kept.exited).resolves.toEqual({ exitCode: 137, signal: 9 });
  });
});
