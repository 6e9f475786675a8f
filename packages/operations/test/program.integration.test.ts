import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

const PROGRAM = fileURLToPath(new URL('./program.ts', import.meta.url));

describe('a program with a logger and a shutdown signal', () => {
  it('logs one JSON object per line and ends by itself after SIGTERM', async () => {
    const { program, ended, lines } = start();
    await lines.until('Bearer');
    program.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(lines.seen).toMatchObject([
      { level: 'info', program: 'test-program', name: 'a', msg: 'Started', time: expect.stringMatching(/^\d{4}-.*Z$/) },
      {
        err: { type: 'Error', message: 'refused: Bearer [Redacted]' },
        from: 'https://[Redacted]@x',
        msg: 'Bearer [Redacted]',
      },
      {
        level: 'warn',
        controller: 'notes',
        msg: 'Stopping',
        token: '[Redacted]',
        err: { type: 'Error', message: 'a bug', stack: expect.stringContaining('program.ts') },
      },
    ]);
    expect(lines.seen[0]).not.toHaveProperty('pid');
    expect(JSON.stringify(lines.seen)).not.toContain('hunter2');
  });

  it('ends with its name, the stack and no secret when nobody has caught an error', async () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, '--crash'], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^test-program: Error: refused: Bearer \[Redacted\]\n {4}at .*program\.ts/u);
    expect(stderr).not.toContain('hunter2');
  });

  it('ends at once after the second Ctrl-C', async () => {
    const { program, ended, lines } = start('--stubborn');
    await lines.until('Bearer');
    program.kill('SIGINT');
    await lines.until('Stopping');
    program.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
  });
});

interface Lines {
  readonly seen: readonly unknown[];
  /** Resolves once a line has come that holds the text, also when that was before. */
  until(text: string): Promise<void>;
}

interface Running {
  readonly program: ChildProcessByStdio<null, Readable, null>;
  readonly ended: Promise<readonly [number | null, NodeJS.Signals | null]>;
  readonly lines: Lines;
}

function start(...args: readonly string[]): Running {
  const program = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { promise, resolve } = Promise.withResolvers<readonly [number | null, NodeJS.Signals | null]>();
  program.once('close', (code, signal) => {
    resolve([code, signal]);
  });
  return { program, ended: promise, lines: linesOf(program.stdout) };
}

function linesOf(stream: Readable): Lines {
  const seen: unknown[] = [];
  const texts: string[] = [];
  const reader = createInterface(stream);
  reader.on('line', (line) => {
    texts.push(line);
    seen.push(JSON.parse(line));
  });
  return {
    seen,
    until: async (text) => {
      while (!texts.some((line) => line.includes(text))) {
        await once(reader, 'line');
      }
    },
  };
}
