import { spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import * as z from 'zod';

import { spread } from './figures.ts';

const MAIN = path.join(import.meta.dirname, '../../packages/testkit/src/exploration/main.ts');

const Flags = z.object({ runs: z.coerce.number().int().min(1).default(3) });

/** What the exploration tells of itself when it has ended. */
const Told = z.object({
  seconds: z.coerce.number(),
  schedulesPerSecond: z.coerce.number(),
  effectsPerSchedule: z.coerce.number(),
});

type Told = z.infer<typeof Told>;

/** How fast schedules are simulated: one scenario on one core several times, then the whole sweep of single faults. */
export async function simulation(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { runs: { type: 'string' } } });
  const { runs } = Flags.parse(values);
  const alone: Told[] = [];
  for (let run = 0; run < runs; run += 1) {
    alone.push(await explored(['--scenario', 'create and delete', '--workers', '1']));
  }
  const sweep = await explored(['--schedules', '1', '--workers', '2']);
  const { max, median, min } = spread(alone.map(({ schedulesPerSecond }) => schedulesPerSecond));
  const lines = [
    `one core, all single faults of "create and delete", ${runs} runs:`,
    `  schedules per second   ${median} (${min} … ${max})`,
    `  effects per schedule   ${alone[0]?.effectsPerSchedule ?? 0}`,
    'every single fault of every scenario, two workers:',
    `  wall time              ${sweep.seconds} s`,
    `  schedules per second   ${sweep.schedulesPerSecond}`,
    `  effects per schedule   ${sweep.effectsPerSchedule}`,
    `load average             ${loadavg()[0]?.toFixed(1) ?? ''}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function explored(args: readonly string[]): Promise<Told> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  child.stderr.on('data', (data: Buffer) => {
    told += data.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const figures =
    /(?<seconds>[\d.]+) s .*: (?<schedulesPerSecond>\d+) schedules.*, (?<effectsPerSchedule>[\d.]+) effects/u;
  const { groups } = figures.exec(told) ?? {};
  if (code !== 0 || groups === undefined) {
    throw new Error(`the exploration ended with status ${String(code)}: ${told}`);
  }
  return Told.parse(groups);
}
