import type { Control, Statement } from './checklist.ts';
import { placeOfControl } from './run-controls.ts';
import type { TestResult } from './run-jest.ts';
import type { WrittenTest } from './written-tests.ts';

export interface Row {
  readonly statement: Statement;
  readonly tests: readonly WrittenTest[];
  readonly controls: readonly Control[];
}

/** `NOT RUN`: its file could not be loaded. */
type Standing = 'passed' | 'FAILED' | 'NOT RUN';

/** Whether all tests of a number in a file passed; they are told apart by no more than that. */
export function standingOf({ file, number }: WrittenTest, results: readonly TestResult[]): Standing {
  const own = results.filter((result) => result.number === number && result.file === file);
  if (own.length === 0) {
    return 'NOT RUN';
  }
  return own.every(({ isPassed }) => isPassed) ? 'passed' : 'FAILED';
}

/** The lines about one statement. */
export function linesOf({ controls, statement, tests }: Row, results: readonly TestResult[]): readonly string[] {
  const { era, number, text } = statement;
  const head = `${String(number).padStart(2)} ${era}  ${text}`;
  const ofTests = tests.map((test) => {
    const { file, line, place } = test;
    return `      ${standingOf(test, results).padEnd(7)}  ${place.padEnd(10)}  ${file}:${line}`;
  });
  const ofControls = controls.map((control) => `      control  ${control.name} (${placeOfControl(control)})`);
  return [
    head,
    ...(tests.length === 0 ? ['      MISSING  no test'] : ofTests),
    ...(controls.length === 0 ? ['      MISSING  no control'] : ofControls),
  ];
}
