import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs, promisify } from 'node:util';

import * as z from 'zod';

import { arenaBinaries, AUDIT_LOG, openArena } from './arena.ts';
import type { ArenaOptions } from './arena.ts';
import { drive } from './drive.ts';
import { FIGURES } from './figures.ts';
import type { Figure } from './figures.ts';
import { Records } from './records.ts';
import { FULL, QUICK, stagesOf, USUAL } from './stages.ts';
import type { Stage } from './stages.ts';
import { isGood, table } from './table.ts';

const REPOSITORY = path.join(import.meta.dirname, '../..');

const Flags = z.object({
  only: z.string().default(''),
  runs: z.coerce.number().int().min(1).optional(),
  quick: z.boolean().default(false),
  full: z.boolean().default(false),
  claims: z.enum(['nodeclaims', 'machines']).default('nodeclaims'),
  'node-flags': z.string().default(''),
});
type Flags = z.infer<typeof Flags>;

/** The workspace-controller against the figures of the Go original, measured with the driver that measured that. */
export async function workspace(args: readonly string[]): Promise<void> {
  const flags = readFlags(args);
  const figures = FIGURES.filter(({ name }) => isNamed(name, flags.only));
  const stages = stagesFor(figures, flags);
  const folder = path.join(tmpdir(), 'kaito-bench', new Date().toISOString().replaceAll(/[:.]/gu, '-'));
  await mkdir(folder, { recursive: true });
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      interrupted.abort(new Error('interrupted'));
    });
  }
  const { signal } = interrupted;
  say(`load ${load()}; raw lines and logs in ${folder}`);
  await promisify(execFile)(process.execPath, ['scripts/build.ts'], { cwd: REPOSITORY, signal });
  const binaries = await arenaBinaries(progressOfBuild(), signal);
  const records = new Records();
  try {
    for (const [index, stage] of stages.entries()) {
      progress(`── ${stage.name} (${index + 1} of ${stages.length}): ${stage.args.join(' ')}`);
      const directory = path.join(folder, `${index + 1}-${stage.name}`);
      await play(stage, { binaries, directory, claims: flags.claims, nodeFlags: words(flags['node-flags']) }, signal);
      await records.read(directory, path.join(directory, AUDIT_LOG));
    }
  } catch (error) {
    if (!signal.aborted) {
      throw error;
    }
    say('\ninterrupted; what was measured until then:');
  }
  say('');
  table(figures, records).forEach(say);
  say(
    `\nload ${load()}; claims: ${flags.claims}; medians; Go's figures are quoted from its measurement with this driver`,
  );
  say('(in brackets: with its client limits raised), not repeated here; floor: the same world without a controller,');
  say('in brackets on the machine of the quoted figures');
  process.exitCode = isGood(figures, records) ? 0 : 1;
}

function readFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      runs: { type: 'string' },
      quick: { type: 'boolean' },
      full: { type: 'boolean' },
      claims: { type: 'string' },
      'node-flags': { type: 'string' },
    },
  });
  return Flags.parse(values);
}

/** `rss` names both sizes, `100` every figure of that size. */
function isNamed(name: string, only: string): boolean {
  return only === '' || `-${name}-`.includes(`-${only}-`);
}

/** Those in which one of the figures is measured, or its floor. */
function stagesFor(figures: readonly Figure[], { quick, full, runs }: Flags): readonly Stage[] {
  const effort = quick ? QUICK : full ? FULL : USUAL;
  const wanted = new Set(figures.flatMap(({ stage, floor }) => [stage, floor?.stage]));
  const repeated = runs === undefined ? effort : { ...effort, runsOf100: runs, restarts: runs, runsOf1000: runs };
  return stagesOf(repeated).filter(({ name }) => wanted.has(name));
}

async function play(stage: Stage, options: ArenaOptions, signal: AbortSignal): Promise<void> {
  const arena = await openArena(options, signal);
  try {
    const environment = { ...arena.environment, OUT: options.directory, LABEL: stage.name };
    await drive({ args: stage.args, environment, onLine: progress }, signal);
  } finally {
    await arena.stop();
  }
}

function words(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}

function progressOfBuild(): (share: number) => void {
  let shown = -1;
  return (share) => {
    const percent = Math.floor(share * 10) * 10;
    if (percent > shown) {
      shown = percent;
      progress(`building the control plane: ${percent} %`);
    }
  };
}

function load(): string {
  return loadavg()
    .map((value) => value.toFixed(2))
    .join(' ');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function progress(line: string): void {
  process.stderr.write(`${line.slice(0, 400)}\n`);
}
