import { describe, expect, it } from '@jest/globals';

import { aMachine } from '../test/builders.ts';
import { isNews } from './news.ts';

const before = aMachine('ws1');

function again(resourceVersion: string, labels: Readonly<Record<string, string>> = {}): typeof before {
  const { metadata } = before;
  return { ...before, metadata: { ...metadata, resourceVersion, labels: { ...metadata.labels, ...labels } } };
}

describe('isNews', () => {
  it('takes what comes and what goes for news', () => {
    expect([isNews({ after: before }), isNews({ before })]).toEqual([true, true]);
  });

  it('takes a new version that says the same for none', () => {
    expect(isNews({ before, after: again('2000') })).toBe(false);
  });

  it('takes a change of anything that is read for news', () => {
    expect(isNews({ before, after: again('2000', { colour: 'red' }) })).toBe(true);
  });
});
