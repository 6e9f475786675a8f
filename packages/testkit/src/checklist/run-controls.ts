import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { lineOf, mutatedSource } from '../exploration/mutations/mutate-sources.ts';
import type { Checklist, Control } from './checklist.ts';
import { REPOSITORY } from './repository.ts';
import { runJest } from './run-jest.ts';
import { PLACES } from './written-tests.ts';
import type { WrittenTest } from './written-tests.ts';

export interface Verdict {
  readonly isCaught: boolean;
  /** How it was noticed, or why it was not. */
  readonly text: string;
}

interface Run {
  readonly checklist: Checklist;
  /** Of the statement. */
  readonly tests: readonly WrittenTest[];
  readonly signal: AbortSignal;
}

/** Runs the tests of a statement with the bug in the code, the quickest first, until one fails. */
export async function runControl(control: Control, run: Run): Promise<Verdict> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'control-'));
  try {
    const mutant = path.join(folder, 'mutant.json');
    const file = path.join(REPOSITORY, control.file);
    await writeFile(mutant, JSON.stringify({ file, source: mutatedSource(control) }));
    return await verdict(control, mutant, run);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function verdict(
  { statement: only }: Control,
  mutant: string,
  { checklist, signal, tests }: Run,
): Promise<Verdict> {
  for (const place of PLACES) {
    const files = [...new Set(tests.filter((test) => test.place === place).map(({ file }) => file))];
    if (files.length === 0) {
      continue;
    }
    const { broken, results } = await runJest(checklist, { files, only, mutant, signal });
    if (broken.length > 0) {
      return { isCaught: false, text: `the tests cannot be run with it: ${broken.join('\n')}` };
    }
    const failed = results.find(({ isPassed }) => !isPassed);
    if (failed !== undefined) {
      return { isCaught: true, text: `in ${failed.file}` };
    }
  }
  return { isCaught: false, text: tests.length === 0 ? 'the statement has no test' : 'its tests pass all the same' };
}

/** The file of a bug and the line on which it begins. */
export function placeOfControl(control: Control): string {
  return `${control.file}:${lineOf(control)}`;
}
