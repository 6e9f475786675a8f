import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

import * as z from 'zod';

import type { Checklist } from './checklist.ts';
import { REPOSITORY } from './repository.ts';

const JEST = path.join(REPOSITORY, 'node_modules/jest/bin/jest.js');

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ title: z.string(), status: z.string(), failureMessages: z.array(z.string()).default([]) }),
      ),
    }),
  ),
});

export interface TestResult {
  readonly number: number;
  /** Relative to the repository. */
  readonly file: string;
  readonly isPassed: boolean;
  readonly problem: string;
}

export interface JestOptions {
  /** Relative to the repository. */
  readonly files: readonly string[];
  /** Absent: all numbered tests in these files. */
  readonly only?: number | undefined;
  /** A file that names the file to be replaced, and its text. */
  readonly mutant?: string | undefined;
  readonly onFile?: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface Outcome {
  readonly results: readonly TestResult[];
  /** Files that could not be loaded at all, and why. */
  readonly broken: readonly string[];
}

/** Runs the numbered tests of these files. */
export async function runJest(checklist: Checklist, options: JestOptions): Promise<Outcome> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'conformance-'));
  try {
    const output = path.join(folder, 'report.json');
    const said = await jest(patternOf(checklist, options), options, output);
    const report = await readFile(output, 'utf8').catch(() => undefined);
    return report === undefined
      ? { results: [], broken: [said] }
      : outcomeOf(checklist, Report.parse(JSON.parse(report)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** By which jest knows the tests. */
function patternOf({ namePrefix, statements }: Checklist, { only }: JestOptions): string {
  const numbers = only === undefined ? statements.map(({ number }) => number) : [only];
  return numbers.map((number) => namePrefix(number).replaceAll('.', String.raw`\.`)).join('|');
}

async function jest(pattern: string, { files, mutant, onFile, signal }: JestOptions, output: string): Promise<string> {
  const { NODE_OPTIONS: _options, ...environment } = process.env;
  const args = ['--json', `--outputFile=${output}`, '--testNamePattern', pattern, '--runTestsByPath', ...files];
  const child = spawn(
    process.execPath,
    ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', JEST, ...args],
    {
      cwd: REPOSITORY,
      env: { ...environment, ...(mutant !== undefined && { SOURCE_MUTANT: mutant }) },
      stdio: ['ignore', 'ignore', 'pipe'],
      signal,
    },
  );
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    if (/^(?:PASS|FAIL) /u.test(line)) {
      onFile?.(line);
    }
  });
  // As when it is aborted, which may be after its end.
  child.on('error', (error) => said.push(String(error)));
  await once(child, 'close').catch(() => undefined);
  return said.join('\n');
}

function outcomeOf({ namePrefix, statements }: Checklist, { testResults }: z.infer<typeof Report>): Outcome {
  const results = testResults.flatMap(({ assertionResults, name }) =>
    assertionResults.flatMap(({ failureMessages, status, title }): readonly TestResult[] => {
      const said = statements.find(({ number }) => title.startsWith(namePrefix(number)));
      const isRun = status === 'passed' || status === 'failed';
      return said === undefined || !isRun
        ? []
        : [
            {
              number: said.number,
              file: path.relative(REPOSITORY, name),
              isPassed: status === 'passed',
              problem: failureMessages.join('\n'),
            },
          ];
    }),
  );
  const broken = testResults.flatMap(({ assertionResults, message, name }) =>
    assertionResults.length === 0 ? [`${path.relative(REPOSITORY, name)}: ${message}`] : [],
  );
  return { results, broken };
}
