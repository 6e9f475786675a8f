import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

import { expect, it } from '@jest/globals';

const PARTS = 4;
const DAY_MS = 86_400_000;
const RUN_MS = 600_000;

it(
  'no kill of a controller at a write leaves a pool created twice, or anything behind',
  async () => {
    // All moments take too long for every run: each day has a part of its own.
    const part = `${(Math.floor(Date.now() / DAY_MS) % PARTS) + 1}/${PARTS}`;
    const { code, output } = await killMatrix(part);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining(' 0 flawed') });
    const [, kills = '0'] = /([0-9]+) kills/u.exec(output) ?? [];
    expect(Number(kills)).toBeGreaterThan(4);
  },
  RUN_MS,
);

async function killMatrix(part: string): Promise<{ readonly code: number; readonly output: string }> {
  const program = path.join(import.meta.dirname, '../src/kill-matrix.ts');
  const child = spawn(process.execPath, [program, '--part', part], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve({ code: code ?? 1, output });
    });
  });
}
