import { FAULT_KINDS, isPossible } from '../simulation/fault.ts';
import type { Fault } from '../simulation/fault.ts';
import { seededRandom } from '../simulation/random.ts';
import type { Effect } from '../simulation/effect.ts';

/** One schedule: which life, with which faults; a history is a life made up from its seed. */
export type PlannedRun =
  | { readonly kind: 'scenario'; readonly scenario: string; readonly seed: number; readonly faults: readonly Fault[] }
  | { readonly kind: 'history'; readonly seed: number };

export interface BaseRun {
  readonly scenario: string;
  /** Of the run without any fault. */
  readonly effects: readonly Effect[];
}

/** Every fault at every effect of every scenario, first without any. */
export function singleFaults(bases: readonly BaseRun[], seed: number): readonly PlannedRun[] {
  return bases.flatMap(({ effects, scenario }) => [
    { kind: 'scenario' as const, scenario, seed, faults: [] },
    ...effects.flatMap((effect) =>
      FAULT_KINDS.filter((kind) => isPossible(kind, effect)).map((kind) => ({
        kind: 'scenario' as const,
        scenario,
        seed,
        faults: [{ effect: effect.index, kind }],
      })),
    ),
  ]);
}

/**
 * Two faults that can meet: the second strikes what follows from the first, at most this many effects later. All of
 * them would be millions; a seed takes a slice.
 */
const REACH = 24;

export function faultPairs(bases: readonly BaseRun[], seed: number, count: number): readonly PlannedRun[] {
  const random = seededRandom(seed);
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) {
      throw new RangeError('nothing to pick from');
    }
    return item;
  };
  return Array.from({ length: count }, () => {
    const { effects, scenario } = pick(bases);
    const first = pick(effects);
    const second = first.index + 1 + Math.floor(random() * REACH);
    const faults = [
      { effect: first.index, kind: pick(FAULT_KINDS.filter((kind) => isPossible(kind, first))) },
      { effect: second, kind: pick(FAULT_KINDS) },
    ];
    return { kind: 'scenario', scenario, seed, faults };
  });
}

export function histories(seed: number, count: number): readonly PlannedRun[] {
  return Array.from({ length: count }, (_, index) => ({ kind: 'history', seed: seed * 1_000_003 + index }));
}

/** As an argument in a shell. */
export function quoted(text: string): string {
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}

/** `create and delete#17:crash-after+23:conflict@7`, `history@7000021`: a line that a person can copy. */
export function replayLine(planned: PlannedRun): string {
  if (planned.kind === 'history') {
    return `history@${planned.seed}`;
  }
  const faults = planned.faults.map(({ effect, kind }) => `${effect}:${kind}`).join('+');
  return `${planned.scenario}#${faults}@${planned.seed}`;
}

/** The reverse of {@link replayLine}; a sentence when it is none. */
export function parseReplayLine(line: string): PlannedRun | string {
  const history = /^history@(?<seed>\d+)$/u.exec(line);
  if (history?.groups?.['seed'] !== undefined) {
    return { kind: 'history', seed: Number(history.groups['seed']) };
  }
  const [, scenario, faults, seed] = /^([^#]+)#([^@]*)@(\d+)$/u.exec(line) ?? [];
  return scenario === undefined || faults === undefined
    ? `expected SCENARIO#EFFECT:FAULT+…@SEED or history@SEED, not "${line}"`
    : parseScenarioRun(scenario, faults, Number(seed));
}

function parseScenarioRun(scenario: string, faults: string, seed: number): PlannedRun | string {
  const read = faults === '' ? [] : faults.split('+').map(parseFault);
  const wrong = read.find((fault) => typeof fault === 'string');
  return typeof wrong === 'string'
    ? wrong
    : { kind: 'scenario', scenario, seed, faults: read.filter((fault) => typeof fault !== 'string') };
}

function parseFault(text: string): Fault | string {
  const [effect, name] = text.split(':');
  const kind = FAULT_KINDS.find((one) => one === name);
  return kind === undefined || effect === undefined || !/^\d+$/u.test(effect)
    ? `expected EFFECT:FAULT, not "${text}"; faults: ${FAULT_KINDS.join(', ')}`
    : { effect: Number(effect), kind };
}
