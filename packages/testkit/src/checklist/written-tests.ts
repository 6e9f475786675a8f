import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { Checklist } from './checklist.ts';
import { REPOSITORY } from './repository.ts';

/** From the quickest to the slowest. */
export const PLACES = ['unit', 'simulation', 'real'] as const;
export type Place = (typeof PLACES)[number];

/** A call of `statement` in a test file. */
export interface WrittenTest {
  readonly number: number;
  /** Relative to the repository. */
  readonly file: string;
  readonly line: number;
  readonly place: Place;
}

const CALL = /^[ \t]*statement\(\s*(\d+),/gmu;

/** All numbered tests there are, by number, then by place. */
export function writtenTests({ tests }: Pick<Checklist, 'tests'>): readonly WrittenTest[] {
  return globSync(tests, { cwd: REPOSITORY })
    .toSorted()
    .flatMap((file) => testsIn(file, readFileSync(path.join(REPOSITORY, file), 'utf8')))
    .toSorted((one, other) => one.number - other.number || PLACES.indexOf(one.place) - PLACES.indexOf(other.place));
}

export function testsIn(file: string, text: string): readonly WrittenTest[] {
  return [...text.matchAll(CALL)].map((call) => ({
    number: Number(call[1]),
    file,
    line: text.slice(0, call.index).split('\n').length,
    place: placeOf(file),
  }));
}

function placeOf(file: string): Place {
  if (file.endsWith('.integration.test.ts')) {
    return 'real';
  }
  return file.endsWith('.simulation.test.ts') ? 'simulation' : 'unit';
}
