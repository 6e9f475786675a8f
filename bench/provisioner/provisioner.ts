import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs, promisify } from 'node:util';

import * as z from 'zod';

import { FIGURES } from './figures.ts';
import { Lane } from './lane.ts';
import { played } from './plays.ts';
import type { Play } from './plays.ts';
import { idle, STORIES } from './stories.ts';
import type { Story } from './stories.ts';
import { isGood, table } from './table.ts';
import { VirtualStage } from './virtual-stage.ts';

const REPOSITORY = path.join(import.meta.dirname, '../..');
const BUNDLE = path.join(REPOSITORY, 'packages/gpu-provisioner/dist/main.js');
/** Stories that are played at the same time, each with an API server of its own. */
const LANES = 3;

const Flags = z.object({
  runs: z.coerce.number().int().min(1).default(3),
  only: z.string().default(''),
  virtual: z.boolean().default(false),
  'idle-minutes': z.coerce.number().min(0).default(0),
});

interface Book {
  readonly plays: Play[];
  note(play: Play): void;
}

/** The provisioner against the figures of the Go original; prints a table, and keeps every play in a file. */
export async function provisioner(args: readonly string[]): Promise<void> {
  const flags = readFlags(args);
  const figures = FIGURES.filter(({ name, story }) => `${name} ${story}`.includes(flags.only));
  const names = new Set(figures.map(({ story }) => story));
  const folder = path.join(tmpdir(), 'kaito-bench', new Date().toISOString().replaceAll(/[:.]/gu, '-'));
  mkdirSync(folder, { recursive: true });
  const raw = path.join(folder, 'plays.jsonl');
  const book = newBook(raw);
  say(`load ${loadavg()[0]?.toFixed(2) ?? ''}; every play in ${raw}`);
  for (const story of [...STORIES, idle()].filter(({ name }) => names.has(name))) {
    await playVirtually(story, book);
  }
  if (!flags.virtual) {
    const real = [...STORIES, ...(flags['idle-minutes'] > 0 ? [idle(flags['idle-minutes'] * 60)] : [])];
    await playReally(
      jobsOf(
        real.filter(({ name }) => names.has(name)),
        flags.runs,
      ),
      folder,
      book,
    );
  }
  say('');
  table(figures, book.plays).forEach(say);
  say(
    `\nload ${loadavg()[0]?.toFixed(2) ?? ''}; medians; Go's figures are quoted from its measurement, not repeated here`,
  );
  process.exitCode = isGood(figures, book.plays) ? 0 : 1;
}

function readFlags(args: readonly string[]): z.infer<typeof Flags> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string' },
      only: { type: 'string' },
      virtual: { type: 'boolean' },
      'idle-minutes': { type: 'string' },
    },
  });
  return Flags.parse(values);
}

function newBook(raw: string): Book {
  const plays: Play[] = [];
  return {
    plays,
    note: (play) => {
      plays.push(play);
      appendFileSync(raw, `${JSON.stringify(play)}\n`);
      progress(`${play.time} ${play.story}: ${play.problem ?? JSON.stringify(play.measured)}`);
    },
  };
}

async function playVirtually(story: Story, book: Book): Promise<void> {
  const stage = new VirtualStage(story.cloud);
  book.note(await played(story, 'virtual', async () => story.play(stage)));
  await stage.stop();
}

/** Long stories once, the others as often as wanted; the longest first. */
function jobsOf(stories: readonly Story[], runs: number): readonly Story[] {
  return stories.flatMap((story) => Array.from({ length: story.isLong ? 1 : runs }, () => story));
}

async function playReally(jobs: readonly Story[], folder: string, book: Book): Promise<void> {
  await promisify(execFile)(process.execPath, ['scripts/build.ts'], { cwd: REPOSITORY });
  const waiting = [...jobs];
  const lanes = Array.from({ length: Math.min(LANES, jobs.length) }, async (_, index) => {
    const lane = await Lane.open(path.join(folder, `lane-${index}`), BUNDLE);
    try {
      for (let story = waiting.shift(); story !== undefined; story = waiting.shift()) {
        book.note(await playOn(lane, story));
      }
    } finally {
      await lane.close();
    }
  });
  await Promise.all(lanes);
}

async function playOn(lane: Lane, story: Story): Promise<Play> {
  return played(story, 'real', async () => {
    const stage = await lane.stage(story.cloud);
    try {
      return await story.play(stage);
    } finally {
      await stage.stop();
    }
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
