import { beforeEach, describe, expect, it } from '@jest/globals';

import { compareAll } from './compare-all.ts';
import type { Tally } from './compare-all.ts';
import type { Conformance, Outcome } from './scenario.ts';

describe('compareAll', () => {
  let lines: string[];
  let stops = 0;

  beforeEach(() => {
    lines = [];
    stops = 0;
  });

  function conformance(model: string, outcomes: Readonly<Record<string, () => Outcome>>): Conformance {
    return {
      model,
      real: 'the real one',
      names: Object.keys(outcomes),
      start: async () => ({
        play: async (name) => outcomes[name]?.() ?? { model: 'none', real: 'none' },
        stop: async () => {
          stops += 1;
        },
      }),
    };
  }

  async function compare(conformances: readonly Conformance[], only = ''): Promise<Tally> {
    const printer = { line: (text: string) => lines.push(text), progress: () => undefined };
    return compareAll(conformances, { only, printer, signal: new AbortController().signal });
  }

  it('names every scenario, shows both sides of a difference, and counts', async () => {
    const tally = await compare([conformance('A', { 'a pod runs': other, 'a pod ends': same })]);
    expect(tally).toEqual({ scenarios: 2, differences: 1 });
    expect(lines).toEqual([
      'A against the real one',
      '  DIFFERS  a pod runs',
      '    0.phase\n      model  "Running"\n      real   "Pending"',
      '  ok       a pod ends',
      '  2 scenarios, 1 difference\n',
      '2 scenarios, 1 difference',
    ]);
  });

  it('takes a scenario that ends early for one that differs, and plays on', async () => {
    expect(await compare([conformance('A', { 'a pod runs': fails, 'a pod ends': same })])).toEqual({
      scenarios: 2,
      differences: 1,
    });
    expect(lines).toContain('  ok       a pod ends');
    expect(lines.join('\n')).toContain('the server is gone');
    expect(stops).toBe(1);
  });

  it('starts only what has scenarios to play', async () => {
    const lists = [conformance('A', { 'a pod runs': same }), conformance('B', { 'a node goes': same })];
    expect(await compare(lists, 'node')).toEqual({ scenarios: 1, differences: 0 });
    expect(stops).toBe(1);
    expect(await compare(lists, 'A')).toEqual({ scenarios: 1, differences: 0 });
  });
});

function same(): Outcome {
  return { model: [1], real: [1] };
}

function other(): Outcome {
  return { model: [{ phase: 'Running' }], real: [{ phase: 'Pending' }] };
}

function fails(): Outcome {
  throw new Error('the server is gone');
}
