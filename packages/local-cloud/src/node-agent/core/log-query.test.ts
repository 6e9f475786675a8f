import { describe, expect, test } from '@jest/globals';

import { formatRecord, logQuery, parseRecord, renderRecord, selectRecords } from './log-query.ts';
import type { LogRecord } from './log-query.ts';

const record = (second: number, text: string, overrides: Partial<LogRecord> = {}): LogRecord => ({
  time: `2026-01-01T00:00:0${second}.000Z`,
  stream: 'stdout',
  isWhole: true,
  text,
  ...overrides,
});
const query = (text: string) => logQuery(new URLSearchParams(text), Date.parse('2026-01-01T00:00:05Z'));
const RECORDS = [record(1, 'one'), record(2, 'tw', { isWhole: false }), record(2, 'o'), record(3, 'three')];

const shown = (text: string): string =>
  selectRecords(RECORDS, query(text))
    .map((one) => renderRecord(one, query(text)))
    .join('');

describe('logs', () => {
  test.each([
    ['', 'one\ntwo\nthree\n'],
    ['tailLines=2', 'two\nthree\n'],
    ['tailLines=0', ''],
    ['sinceSeconds=2', 'three\n'],
    ['sinceTime=2026-01-01T00:00:02Z', 'two\nthree\n'],
    ['stream=Stderr', ''],
    ['tailLines=1&timestamps=true', '2026-01-01T00:00:03.000Z three\n'],
  ])('?%s', (parameters, text) => {
    expect(shown(parameters)).toBe(text);
  });

  test.each([
    ['tailLines=-1', 'tailLines'],
    ['follow=perhaps', 'follow'],
    ['sinceTime=yesterday', 'sinceTime'],
    ['stream=Both', 'stream'],
  ])('refuses ?%s', (parameters, name) => {
    expect(() => query(parameters)).toThrow(name);
  });

  test('a record survives its file', () => {
    const part = record(2, ' with  blanks ', { isWhole: false, stream: 'stderr' });
    expect(parseRecord(formatRecord(part).trimEnd() + ' ')).toEqual(part);
    expect(parseRecord('torn')).toBeUndefined();
  });
});
