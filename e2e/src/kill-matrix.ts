import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { localPaths, prepare, Progress } from '@kaito/local-cloud';

import { isFlawless, liveThrough, PHASES } from './kill-run.ts';
import type { KillOutcome, Moment } from './kill-run.ts';
import { startKillWorld } from './kill-world.ts';
import type { Trap } from './kill-switch.ts';
import type { KillWorld } from './kill-world.ts';
import { Life } from './life.ts';

/**
 * `npm run kill-matrix`: kills each controller before and after every write that it makes while a Workspace
 * is created and while it is deleted, and shows what became of it.
 */
const TIME_SCALE = 0.02;
const WHEN = ['before', 'after'] as const;

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted.abort(new Error(`received ${signal}`));
  });
}

const progress = new Progress({ isTerminal: process.stdout.isTTY, write: (text) => process.stdout.write(text) });
const state = await mkdtemp(path.join(tmpdir(), 'kaito-kill-matrix-'));
const paths = { ...localPaths(process.env), state };
const { binaries, modelFile } = await prepare(paths, process.argv[2], progress, interrupted.signal);
const world = await startKillWorld(
  {
    paths,
    binaries,
    modelFile,
    timeScale: TIME_SCALE,
    onRestart: (program, why) => {
      progress.line(`  ! ${program} ${why}`);
    },
  },
  interrupted.signal,
);
try {
  process.exitCode = (await matrix(world, interrupted.signal)) === 0 ? 0 : 1;
} finally {
  await world.stop();
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
  for (let index = 0; ; index += 1) {
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
