import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { localPaths, prepare, Progress } from '@kaito/local-cloud';

import { isFlawless, liveThrough, PHASES } from './kill-run.ts';
import type { KillOutcome, Moment } from './kill-run.ts';
import { startKillWorld } from './kill-world.ts';
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

/** Tries every moment; how many went wrong. */
async function matrix({ cluster, simulator, subjects }: KillWorld, signal: AbortSignal): Promise<number> {
  let lives = 0;
  const live = async (moment: Moment | undefined): Promise<KillOutcome> => {
    lives += 1;
    return liveThrough(new Life(`life-${lives}`, cluster.kubernetes, simulator), simulator, moment, signal);
  };
  const undisturbed = await live(undefined);
  progress.line(row('undisturbed', '', '', undisturbed));
  let flawed = isFlawless(undisturbed) ? 0 : 1;
  let kills = 0;
  for (const phase of PHASES) {
    for (const subject of subjects) {
      for (const when of WHEN) {
        // One more than there are: the last try finds no write to kill at, and ends the row of moments.
        for (let index = 0, isPast = false; !isPast; index += 1) {
          const outcome = await live({ phase, subject, trap: { index, when } });
          isPast = outcome.killedAt === undefined;
          kills += isPast ? 0 : 1;
          flawed += isFlawless(outcome) ? 0 : 1;
          if (!isPast || !isFlawless(outcome)) {
            progress.line(row(`${phase} ${index + 1}`, `${subject.name}`, when, outcome));
          }
        }
      }
    }
  }
  progress.line(`\n${kills} kills, ${lives} lives, ${flawed} flawed`);
  return flawed;
}

function row(moment: string, controller: string, when: string, outcome: KillOutcome): string {
  const { killedAt, pools, wasReady, leftovers, tookMs } = outcome;
  const write = killedAt === undefined ? '' : `${killedAt.method} ${shortPath(killedAt.path)}`;
  const creates = pools.reduce((sum, pool) => sum + pool.creates, 0);
  const deletes = pools.reduce((sum, pool) => sum + pool.deletes, 0);
  const end = `${wasReady ? 'Ready' : 'never Ready'}, ${leftovers.length === 0 ? 'nothing left' : `left: ${leftovers.join(', ')}`}`;
  return [
    isFlawless(outcome) ? 'ok  ' : 'FAIL',
    moment.padEnd(12),
    controller.padEnd(21),
    when.padEnd(7),
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
