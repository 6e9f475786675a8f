import { describe, expect, it } from '@jest/globals';

import { shownRequests } from './shown-requests.ts';

const entry = (method: string, path: string, status = 200) => ({
  sequence: 1,
  time: '2026-01-01T10:00:00.000Z',
  method,
  path,
  status,
  outcome: 'answered',
  durationMs: 3,
});

describe('the log in a story', () => {
  it('shows looks in a row as one line, and every write', () => {
    const lines = shownRequests([
      entry('PUT', 'a', 201),
      entry('GET', 'a'),
      entry('GET', 'a'),
      entry('GET', 'a', 404),
      entry('PUT', 'a', 429),
      entry('PUT', 'a', 429),
    ]);
    expect(lines.map((line) => line.replaceAll(/ +/gu, ' '))).toEqual([
      '10:00:00.000 PUT a 201 3',
      '10:00:00.000 GET a 200 3 (the last of 2)',
      '10:00:00.000 GET a 404 3',
      '10:00:00.000 PUT a 429 3',
      '10:00:00.000 PUT a 429 3',
    ]);
  });

  it('leaves out what is long ago', () => {
    const lines = shownRequests(Array.from({ length: 15 }, (_, index) => entry('GET', `pool${index}`)));
    expect([lines.length, lines[0]]).toEqual([13, '… 3 lines before']);
  });
});
