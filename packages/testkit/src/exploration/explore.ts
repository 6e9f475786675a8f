import process from 'node:process';

import { performTogether } from './crew.ts';
import { INVARIANTS } from './invariants/index.ts';
import type { ExploreOptions } from './options.ts';
import { perform } from './perform.ts';
import { faultPairs, histories, quoted, replayLine, singleFaults } from './planned-run.ts';
import type { BaseRun, PlannedRun } from './planned-run.ts';
import { LIVENESS } from './run.ts';
import { smallestHistory } from './smallest-history.ts';
import { SCENARIOS } from './scenarios/index.ts';
import type { Findings } from './findings.ts';

type Found = Findings['violations'][number];

/** So many histories that break something are made smaller. */
const SHRUNK = 3;

interface Total {
  schedules: number;
  effects: number;
  readonly states: Set<number>;
  readonly violations: Found[];
}

/** Runs all that was asked for; figures that are the same each time go to `say`, times to `tell`. */
export async function explore(
  options: ExploreOptions,
  say: (line: string) => void,
  tell: (line: string) => void,
): Promise<readonly Found[]> {
  const bases = await baseRuns(options);
  const singles = slice(singleFaults(bases, options.seed), options);
  const more = options.scenario === undefined ? moreThan(singles.length, options) : 0;
  const pairs = faultPairs(bases, options.seed, Math.ceil(more / 2));
  const lives = histories(options.seed, Math.floor(more / 2));
  sayPlan(say, bases, { singles, pairs, lives, every: options.every });
  const started = performance.now();
  const total: Total = { schedules: 0, effects: 0, states: new Set(), violations: [] };
  await performTogether([...singles, ...pairs, ...lives], {
    workers: options.workers,
    onFindings: (findings) => {
      add(total, findings);
      showProgress(total.schedules, singles.length + pairs.length + lives.length);
      return 'go on';
    },
  });
  sayTotal(say, total);
  await sayHistories(say, total.violations);
  const seconds = (performance.now() - started) / 1000;
  tell(
    `${seconds.toFixed(1)} s on ${options.workers} workers: ${Math.round(total.schedules / seconds)} schedules per ` +
      `second, ${(total.effects / total.schedules).toFixed(1)} effects per schedule`,
  );
  return total.violations;
}

/** Every life without a fault, and of the others one in so many; the seeds that follow take the rest in turn. */
function slice(singles: readonly PlannedRun[], { every, seed }: ExploreOptions): readonly PlannedRun[] {
  return singles.filter(
    (run, index) => (index + seed) % every === 0 || (run.kind === 'scenario' && run.faults.length === 0),
  );
}

/** Pairs of faults and histories on top of the single faults. */
function moreThan(singles: number, { more, schedules }: ExploreOptions): number {
  return more ?? Math.max(0, (schedules ?? singles * 2) - singles);
}

async function baseRuns({ scenario, seed }: ExploreOptions): Promise<readonly BaseRun[]> {
  const bases: BaseRun[] = [];
  for (const { name } of SCENARIOS.filter((one) => scenario === undefined || one.name === scenario)) {
    const { effects } = await perform({ kind: 'scenario', scenario: name, seed, faults: [] });
    bases.push({ scenario: name, effects });
  }
  return bases;
}

function sayPlan(
  say: (line: string) => void,
  bases: readonly BaseRun[],
  plans: Readonly<Record<'singles' | 'pairs' | 'lives', readonly PlannedRun[]>> & { readonly every: number },
): void {
  say('effects  single faults  scenario');
  for (const { effects, scenario } of bases) {
    const faults = plans.singles.filter((run) => run.kind === 'scenario' && run.scenario === scenario).length - 1;
    say(`${String(effects.length).padStart(7)}  ${String(faults).padStart(13)}  ${scenario}`);
  }
  say('');
  const share = plans.every === 1 ? 'all' : `one in ${plans.every}`;
  say(`single faults      ${plans.singles.length} schedules, each effect with each fault that it can have: ${share}`);
  say(`pairs of faults    ${plans.pairs.length} schedules`);
  say(`random histories   ${plans.lives.length} schedules`);
}

function add(total: Total, findings: Findings): void {
  total.schedules += findings.schedules;
  total.effects += findings.effects;
  for (const digest of findings.states) {
    total.states.add(digest);
  }
  total.violations.push(...findings.violations);
}

function sayTotal(say: (line: string) => void, { effects, schedules, states, violations }: Total): void {
  say('');
  say(`schedules          ${schedules}`);
  say(`effects            ${effects}`);
  say(`distinct states    ${states.size}`);
  say(`invariants         ${INVARIANTS.length + Object.keys(LIVENESS).length}, after every step or at rest`);
  for (const name of [...INVARIANTS.map((invariant) => invariant.name), ...Object.values(LIVENESS)]) {
    say(`                   ${name}`);
  }
  say(`violations         ${violations.length}`);
  const lines = violations.map(({ planned, violation }) => {
    const { invariant, message } = violation;
    return `  ${invariant}: ${message}\n    npm run explore -- --replay ${quoted(replayLine(planned))}`;
  });
  lines.toSorted().forEach(say);
}

/** Random lives are long: the smallest that still breaks something says more. */
async function sayHistories(say: (line: string) => void, violations: readonly Found[]): Promise<void> {
  for (const { planned } of violations.filter((found) => found.planned.kind === 'history').slice(0, SHRUNK)) {
    say(`  ${replayLine(planned)}, made smaller: ${await smallestHistory(planned.seed)}`);
  }
}

function showProgress(done: number, all: number): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r${done} of ${all} schedules${done === all ? '\n' : ''}`);
  }
}
