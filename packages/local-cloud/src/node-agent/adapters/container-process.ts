import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ContainerExit } from '../core/pod-run.ts';
import { READY_MARK } from '../core/root-script.ts';
import type { ContainerLog } from './container-log.ts';
import type { Guardian } from './guardian.ts';

/** The program of a container cannot be executed. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

export interface ProgramStart {
  /** Says {@link READY_MARK} on descriptor 3 when it is about to become the program. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly log: ContainerLog;
}

export interface ContainerProcess {
  /** Of the program itself, and of its process group. */
  readonly pid: number;
  readonly exited: Promise<ContainerExit>;
  /** Goes to the whole process group. */
  readonly signal: (name: NodeJS.Signals) => void;
}

const SETPRIV = '/usr/bin/setpriv';
const DEATH_SIGNAL: readonly string[] = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', '--'] : [];

/** A daemon that left its process group may keep the output open. */
const OUTPUT_GRACE_MS = 1000;

/** Returns once the program runs; throws {@link StartError} when it cannot be executed. */
export async function startContainer(start: ProgramStart, guardian: Guardian): Promise<ContainerProcess> {
  const [program = '', ...args] = [...DEATH_SIGNAL, ...start.command];
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: start.environment,
  });
  const exit = exitOf(child);
  const closed = closeOf(child);
  const pid = child.pid;
  if (pid === undefined) {
    throw new StartError((await exit).message);
  }
  guardian.watch(pid);
  const signal = (name: NodeJS.Signals): void => {
    signalGroup(pid, name);
  };
  const exited = cleanedUp({ child, exit, closed }, () => {
    signal('SIGKILL'); // a container ends with its first process
    guardian.forget(pid);
  });
  const setup = await untilReady(child, closed);
  if (!setup.isReady) {
    await exited;
    throw new StartError(setup.complaint === '' ? 'the container could not be set up' : setup.complaint);
  }
  attach(child, start.log);
  return { pid, signal, exited };
}

function signalGroup(processGroup: number, name: NodeJS.Signals): void {
  try {
    process.kill(-processGroup, name);
  } catch {
    // nobody is left in the group
  }
}

async function exitOf(child: ChildProcess): Promise<ContainerExit> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve({ exitCode: 128, message: error.message });
    });
    child.once('exit', (code, signal) => {
      const number = signal === null ? undefined : constants.signals[signal];
      resolve(number === undefined ? { exitCode: code ?? 0 } : { exitCode: 128 + number, signal: number });
    });
  });
}

/** The program has ended and nobody holds its output any more. */
async function closeOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
}

interface Ending {
  readonly child: ChildProcess;
  readonly exit: Promise<ContainerExit>;
  readonly closed: Promise<void>;
}

async function cleanedUp({ child, exit, closed }: Ending, end: () => void): Promise<ContainerExit> {
  const result = await exit;
  end();
  await Promise.race([closed, sleep(OUTPUT_GRACE_MS, undefined, { ref: false })]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  return result;
}

interface Setup {
  readonly isReady: boolean;
  /** What the scripts had to say. */
  readonly complaint: string;
}

/** Reads standard error until the mark comes or descriptor 3 is closed without it. */
async function untilReady(child: ChildProcess, closed: Promise<void>): Promise<Setup> {
  const chunks: Buffer[] = [];
  const keep = (chunk: Buffer): void => {
    chunks.push(chunk);
  };
  child.stderr?.on('data', keep);
  const isReady = await hasMark(child.stdio[3]);
  child.stderr?.pause();
  child.stderr?.off('data', keep);
  if (isReady && chunks.length > 0) {
    child.stderr?.unshift(Buffer.concat(chunks)); // the program was quicker than we
  } else if (!isReady) {
    child.stderr?.on('data', keep);
    child.stderr?.resume();
    await closed;
  }
  return { isReady, complaint: Buffer.concat(chunks).toString().trim() };
}

async function hasMark(pipe: unknown): Promise<boolean> {
  if (!(pipe instanceof Readable)) {
    return false;
  }
  return new Promise((resolve) => {
    let text = '';
    pipe.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes(READY_MARK)) {
        resolve(true);
      }
    });
    pipe.once('close', () => {
      resolve(false);
    });
  });
}

function attach({ stdout, stderr }: ChildProcess, log: ContainerLog): void {
  if (stdout !== null) {
    log.copy('stdout', stdout);
  }
  if (stderr !== null) {
    log.copy('stderr', stderr);
  }
}
