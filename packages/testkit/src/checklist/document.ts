import type { Checklist, Statement } from './checklist.ts';
import { placeOfControl } from './run-controls.ts';
import { writtenTests } from './written-tests.ts';
import type { WrittenTest } from './written-tests.ts';

const HEAD = `
| | Era | Statement | Test | Where it runs | Control |
|---|---|---|---|---|---|
`;

/** The table for readers, as it is to stand in the document of the checklist. */
export function checklistDocument(checklist: Checklist): string {
  const tests = writtenTests(checklist);
  const rows = checklist.statements.map((statement) => rowOf(statement, checklist, tests));
  return checklist.document.introduction + HEAD + rows.join('');
}

function rowOf({ era, number, text }: Statement, checklist: Checklist, tests: readonly WrittenTest[]): string {
  const own = tests.filter((test) => test.number === number);
  const controls = checklist.controls.filter(({ statement }) => statement === number);
  const places = { unit: 'unit', simulation: 'simulation', real: checklist.real };
  const cells = [
    String(number),
    era,
    text,
    own.length === 0 ? 'missing' : own.map(({ file, line }) => linkTo(`${file}:${line}`)).join('<br>'),
    [...new Set(own.map(({ place }) => places[place]))].join('<br>'),
    controls.length === 0
      ? 'missing'
      : controls.map((control) => `${control.name} (${linkTo(placeOfControl(control))})`).join('<br>'),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |\n`;
}

function linkTo(place: string): string {
  const [file = '', line = ''] = place.split(':');
  return `[${file.slice(file.lastIndexOf('/') + 1)}:${line}](../${file}#L${line})`;
}
