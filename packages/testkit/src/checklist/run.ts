import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

import type { Checklist } from './checklist.ts';
import { checklistDocument } from './document.ts';
import { helpOf, readOptions } from './options.ts';
import type { Options } from './options.ts';
import { linesOf, standingOf } from './report.ts';
import type { Row } from './report.ts';
import { REPOSITORY } from './repository.ts';
import { placeOfControl, runControl } from './run-controls.ts';
import { runJest } from './run-jest.ts';
import type { Outcome } from './run-jest.ts';
import { writtenTests } from './written-tests.ts';

/** Bugs that are tried at the same time. */
const LANES = 2;

/** The command of a checklist, from its arguments to its exit status. */
export async function runChecklist(checklist: Checklist, args: readonly string[]): Promise<void> {
  const read = readOptions(args, checklist);
  switch (read.kind) {
    case 'help':
      process.stdout.write(helpOf(checklist));
      break;
    case 'invalid':
      process.stderr.write(`conformance: ${read.problem}\ntry --help\n`);
      process.exitCode = 2;
      break;
    case 'options':
      process.exitCode = (await run(checklist, read.options)) ? 0 : 1;
      break;
    default:
      read satisfies never;
  }
}

async function run(checklist: Checklist, { isWriting, only, withControls }: Options): Promise<boolean> {
  if (isWriting) {
    const { file } = checklist.document;
    await writeFile(path.join(REPOSITORY, file), checklistDocument(checklist));
    say(`wrote ${file}`);
    return true;
  }
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      stop.abort();
    });
  }
  const tests = writtenTests(checklist);
  const rows = checklist.statements
    .filter(({ number }) => only === undefined || number === only)
    .map((statement) => ({
      statement,
      tests: tests.filter(({ number }) => number === statement.number),
      controls: checklist.controls.filter((control) => control.statement === statement.number),
    }));
  const proven = await runTests(rows, { checklist, only, signal: stop.signal });
  if (!withControls) {
    return proven.size === rows.length;
  }
  // A test that fails anyway notices nothing.
  const areCaught = await runControls(
    rows.filter(({ statement }) => proven.has(statement.number)),
    { checklist, signal: stop.signal },
  );
  return areCaught && proven.size === rows.length;
}

interface Context {
  readonly checklist: Checklist;
  /** Absent: all statements. */
  readonly only?: number | undefined;
  readonly signal: AbortSignal;
}

/** Answers which statements have tests that all pass. */
async function runTests(rows: readonly Row[], { checklist, only, signal }: Context): Promise<ReadonlySet<number>> {
  const files = [...new Set(rows.flatMap(({ tests }) => tests.map(({ file }) => file)))];
  progress(`Running the numbered tests of ${files.length} files`);
  const { broken, results }: Outcome =
    files.length === 0
      ? { results: [], broken: [] }
      : await runJest(checklist, { files, only, onFile: progress, signal });
  for (const row of rows) {
    linesOf(row, results).forEach(say);
  }
  broken.forEach(say);
  for (const { problem } of results.filter(({ isPassed }) => !isPassed)) {
    say(`\n${problem}`);
  }
  const missing = rows.filter(({ tests }) => tests.length === 0).length;
  const proven = rows.filter(
    ({ tests }) => tests.length > 0 && tests.every((test) => standingOf(test, results) === 'passed'),
  );
  const failed = rows.length - missing - proven.length;
  say(`\n${rows.length} statements: ${proven.length} proven, ${failed} failed, ${missing} without a test`);
  return new Set(broken.length === 0 ? proven.map(({ statement }) => statement.number) : []);
}

/** A line for each as it is done: a simulation is quick, a real API server is not. */
async function runControls(rows: readonly Row[], { checklist, signal }: Context): Promise<boolean> {
  const controls = rows.flatMap((row) => row.controls.map((control) => ({ control, tests: row.tests })));
  const waiting = [...controls];
  let caught = 0;
  say('');
  const lanes = Array.from({ length: LANES }, async () => {
    for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) {
      const { control, tests } = next;
      const { isCaught, text } = await runControl(control, { checklist, tests, signal });
      caught += isCaught ? 1 : 0;
      const name = `${String(control.statement).padStart(2)}  ${control.name} (${placeOfControl(control)})`;
      say(`${isCaught ? 'caught    ' : 'NOT CAUGHT'}  ${name}: ${text}`);
      progress(`${controls.length - waiting.length} of ${controls.length} begun or done`);
    }
  });
  await Promise.all(lanes);
  const without = rows.filter((row) => row.controls.length === 0).length;
  say(`\n${controls.length} bugs: ${caught} caught; ${without} statements without a bug`);
  return caught === controls.length && without === 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
