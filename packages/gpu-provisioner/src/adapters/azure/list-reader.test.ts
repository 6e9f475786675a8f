import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { ListReader } from './list-reader.ts';

function read(
  text: string,
  size = text.length,
): { readonly entries: unknown[]; readonly nextLink?: string | undefined } {
  const reader = new ListReader();
  const entries: unknown[] = [];
  for (let at = 0; at < text.length; at += Math.max(1, size)) {
    entries.push(...reader.take(text.slice(at, at + Math.max(1, size))));
  }
  return { entries, nextLink: reader.end() };
}

describe('ListReader', () => {
  it('reads what JSON.parse reads, wherever the text is cut', () => {
    const entry = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.array(entry),
        fc.webUrl(),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        (value, nextLink, size, isWide) => {
          const text = JSON.stringify({ nextLink, value }, undefined, isWide ? 2 : 0);
          const whole: unknown = JSON.parse(text);
          const { entries, ...rest } = read(text, size);
          expect({ value: entries, ...rest }).toEqual(whole);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('takes an absent, a null and an empty link for the end', () => {
    expect(read('{"value":[{"a":1} , {"b":"}{[\\""}]}')).toEqual({ entries: [{ a: 1 }, { b: '}{["' }] });
    expect(read('{"value":[],"nextLink":null}').nextLink).toBeUndefined();
    expect(read('{"nextLink":"","value":[]}').nextLink).toBeUndefined();
    expect(read('{"value":[{}],"nextLink":"https://x"}').nextLink).toBe('https://x');
  });

  it.each(['', '[]', '<html>', '{"values":[]}', '{"value":[{"a":1},{"b"', '{"value":[{"a":1}]'])(
    'does not take %s for a list',
    (text) => {
      expect(() => read(text)).toThrow(/JSON|value|expected/iu);
    },
  );
});
