import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { StopFilter } from './stop-filter.ts';

describe('StopFilter', () => {
  test('cuts before the first stop string, wherever the pieces are cut', () => {
    const letters = fc.stringMatching(/^[ab]{0,12}$/u);
    const stops = fc.array(fc.stringMatching(/^[ab]{1,4}$/u), { maxLength: 3 });
    fc.assert(
      fc.property(letters, stops, fc.array(fc.nat(12)), (text, stop, cuts) => {
        expect(shown(new StopFilter(stop), pieces(text, cuts))).toBe(cutAtFirst(text, stop));
      }),
      { numRuns: 1000 },
    );
  });

  test('shows at once what cannot belong to a stop string', () => {
    const filter = new StopFilter(['END']);
    expect(filter.push('text E')).toEqual({ text: 'text ' });
    expect(filter.push('X')).toEqual({ text: 'EX' });
  });

  test('names the stop string', () => {
    expect(new StopFilter(['bc', 'b']).push('abc')).toEqual({ text: 'a', stop: 'b' });
  });

  test('lets everything through without stop strings', () => {
    expect(new StopFilter(['']).push('abc')).toEqual({ text: 'abc' });
  });
});

function shown(filter: StopFilter, parts: readonly string[]): string {
  let text = '';
  for (const part of parts) {
    const filtered = filter.push(part);
    text += filtered.text;
    if (filtered.stop !== undefined) {
      return text;
    }
  }
  return text + filter.flush();
}

function pieces(text: string, cuts: readonly number[]): readonly string[] {
  const ends = [...cuts.filter((cut) => cut < text.length), text.length].toSorted((a, b) => a - b);
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
}

/** Whatever completes first ends the text; of two that complete together, the one that began first. */
function cutAtFirst(text: string, stops: readonly string[]): string {
  for (let end = 1; end <= text.length; end += 1) {
    const starts = stops.filter((stop) => text.slice(0, end).endsWith(stop)).map((stop) => end - stop.length);
    if (starts.length > 0) {
      return text.slice(0, Math.min(...starts));
    }
  }
  return text;
}
