import { differences } from './differences.ts';
import type { Difference } from './differences.ts';
import type { Comparison, Conformance } from './scenario.ts';

/** Where it says what. */
export interface Printer {
  line(text: string): void;
  /** What passes by, as that something starts. */
  progress(text: string): void;
}

export interface Tally {
  readonly scenarios: number;
  readonly differences: number;
}

const PATIENCE_MS = 2_000;
const SHOWN_DIFFERENCES = 20;

/** Plays the scenarios of every model one after the other; an abort ends it after the scenario that is being played. */
export async function compareAll(
  conformances: readonly Conformance[],
  { only, printer, signal }: { readonly only: string; readonly printer: Printer; readonly signal: AbortSignal },
): Promise<Tally> {
  let total: Tally = { scenarios: 0, differences: 0 };
  for (const conformance of conformances) {
    const names = conformance.names.filter((name) => name.includes(only) || conformance.model.includes(only));
    if (names.length === 0 || signal.aborted) {
      continue;
    }
    printer.line(`${conformance.model} against ${conformance.real}`);
    const tally = await compareOne(conformance, { names, printer, signal });
    printer.line(`  ${tallyText(tally)}\n`);
    total = { scenarios: total.scenarios + tally.scenarios, differences: total.differences + tally.differences };
  }
  printer.line(tallyText(total));
  return total;
}

interface Task {
  readonly names: readonly string[];
  readonly printer: Printer;
  readonly signal: AbortSignal;
}

async function compareOne(conformance: Conformance, { names, printer, signal }: Task): Promise<Tally> {
  const comparison = await started(conformance, { names, printer });
  const tally = { scenarios: 0, differences: 0 };
  try {
    for (const name of names) {
      if (signal.aborted) {
        break;
      }
      const found = await play(comparison, name);
      tally.scenarios += 1;
      tally.differences += found.length === 0 ? 0 : 1;
      printer.line(`  ${found.length === 0 ? 'ok     ' : 'DIFFERS'}  ${name}`);
      for (const difference of found.slice(0, SHOWN_DIFFERENCES)) {
        printer.line(differenceText(difference));
      }
    }
  } finally {
    await comparison.stop();
  }
  return tally;
}

async function started(conformance: Conformance, { names, printer }: Omit<Task, 'signal'>): Promise<Comparison> {
  const timer = setTimeout(() => {
    printer.progress(`Starting ${conformance.real}; the first time it is built, which takes minutes`);
  }, PATIENCE_MS);
  try {
    return await conformance.start(names);
  } finally {
    clearTimeout(timer);
  }
}

/** A scenario that cannot be played to its end counts as one that differs. */
async function play(comparison: Comparison, name: string): Promise<readonly Difference[]> {
  try {
    const { model, real } = await comparison.play(name);
    return differences(model, real);
  } catch (error) {
    return [{ path: 'the scenario ended early', model: undefined, real: String(error) }];
  }
}

function differenceText({ model, path, real }: Difference): string {
  return [`    ${path}`, `      model  ${valueText(model)}`, `      real   ${valueText(real)}`].join('\n');
}

function valueText(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function tallyText({ differences: count, scenarios }: Tally): string {
  return `${scenarios} ${scenarios === 1 ? 'scenario' : 'scenarios'}, ${count} ${count === 1 ? 'difference' : 'differences'}`;
}
