import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import { localPaths, prepare, Progress, screenOf } from '@kaito/local-cloud';

import { isFlawless, liveThrough, PHASES } from './kill-run.ts';
import type { KillOutcome, Moment } from './kill-run.ts';
import { startKillWorld } from './kill-world.ts';
import type { Trap } from './kill-switch.ts';
import type { KillWorld } from './kill-world.ts';
import { Life } from './life.ts';
import { matrixPart } from './matrix-part.ts';
import { tinyModel } from './tiny-model.ts';

/**
 * Kills each controller before and after every write that it makes while a Workspace is created and while it
 * is deleted, and shows what became of it.
 */
const HELP = `Usage: npm run kill-matrix -- [--part K/N]

Kills each controller (SIGKILL) before and after every write that it makes to the API server or to ARM while a
Workspace is created and while it is deleted. Every life must end Ready, with one accepted create for its pool,
and after deletion nothing may be left.

Examples
  npm run kill-matrix                  every moment, some six minutes
  npm run kill-matrix -- --part 1/4    a quarter of them
`;

const TIME_SCALE = 0.02;
const WHEN = ['before', 'after'] as const;

const { values } = parseArgs({ options: { part: { type: 'string', default: '1/1' }, help: { type: 'boolean' } } });
const part = matrixPart(values.part);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted.abort(new Error(`received ${signal}`));
  });
}

const progress = new Progress(screenOf(process.stdout));
if (values.help === true || part === undefined) {
  process.stdout.write(HELP);
  process.exitCode = part === undefined ? 1 : 0;
} else {
  const folder = await mkdtemp(path.join(tmpdir(), 'kaito-kill-matrix-'));
  try {
    process.exitCode = (await run(folder, interrupted.signal)) === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(folder: string, signal: AbortSignal): Promise<number> {
  const paths = { ...localPaths(process.env), state: path.join(folder, 'state') };
  const { binaries, modelFile } = await prepare(paths, await tinyModel(paths.repository, folder), progress, signal);
  const onRestart = (program: string, why: string): void => {
    progress.line(`  ! ${program} ${why}`);
  };
  const world = await startKillWorld({ paths, binaries, modelFile, timeScale: TIME_SCALE, onRestart }, signal);
  try {
    return await matrix(world, signal);
  } finally {
    await world.stop();
  }
}

interface Tally {
  lives: number;
  kills: number;
  flawed: number;
}

/** Tries every moment; how many lives went wrong. */
async function matrix(killWorld: KillWorld, signal: AbortSignal): Promise<number> {
  const tally: Tally = { lives: 0, kills: 0, flawed: 0 };
  await live(killWorld, undefined, tally, signal);
  for (const phase of PHASES) {
    for (const subject of killWorld.subjects) {
      for (const when of WHEN) {
        await everyMoment(killWorld, { phase, subject, when }, tally, signal);
      }
    }
  }
  progress.line(`\n${tally.kills} kills, ${tally.lives} lives, ${tally.flawed} flawed`);
  return tally.flawed;
}

/** Write after write, until one life comes to its end without that many writes. */
async function everyMoment(
  killWorld: KillWorld,
  { phase, subject, when }: Pick<Moment, 'phase' | 'subject'> & { readonly when: Trap['when'] },
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  const { first, step } = part ?? { first: 0, step: 1 };
  for (let index = first; ; index += step) {
    const { killedAt } = await live(killWorld, { phase, subject, trap: { index, when } }, tally, signal);
    if (killedAt === undefined) {
      return;
    }
    tally.kills += 1;
  }
}

async function live(
  { cluster, simulator }: KillWorld,
  moment: Moment | undefined,
  tally: Tally,
  signal: AbortSignal,
): Promise<KillOutcome> {
  tally.lives += 1;
  const life = new Life(`life-${tally.lives}`, cluster.kubernetes, simulator);
  progress.waiting(life.name);
  const outcome = await liveThrough(life, simulator, moment, signal);
  tally.flawed += isFlawless(outcome) ? 0 : 1;
  progress.line(row(moment, outcome));
  return outcome;
}

function row(moment: Moment | undefined, outcome: KillOutcome): string {
  const { killedAt, pools, wasReady, leftovers, tookMs } = outcome;
  const write = killedAt === undefined ? '' : `${killedAt.method} ${shortPath(killedAt.path)}`;
  const creates = pools.reduce((sum, pool) => sum + pool.creates, 0);
  const deletes = pools.reduce((sum, pool) => sum + pool.deletes, 0);
  const end = `${wasReady ? 'Ready' : 'never Ready'}, ${leftovers.length === 0 ? 'nothing left' : `left: ${leftovers.join(', ')}`}`;
  return [
    isFlawless(outcome) ? 'ok  ' : 'FAIL',
    (moment === undefined ? 'undisturbed' : `${moment.phase} ${moment.trap.index + 1}`).padEnd(12),
    (moment?.subject.name ?? '').padEnd(21),
    (moment?.trap.when ?? '').padEnd(7),
    write.padEnd(52),
    `PUT ${creates} DELETE ${deletes}`.padEnd(16),
    end.padEnd(22),
    `${(tookMs / 1000).toFixed(1)} s`,
  ].join(' ');
}

/** Without what is the same for all: API prefixes, subscription, query. */
function shortPath(url: string): string {
  return url
    .replace(/\?.*$/u, '')
    .replace(/^\/subscriptions\/.*\/agentPools\//iu, 'ARM agentPools/')
    .replace(/^\/apis?\/([^/]+\/)?v[^/]+\//u, '')
    .replace(/namespaces\/[^/]+\//u, '');
}
