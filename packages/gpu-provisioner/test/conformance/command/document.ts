import { CONTROLS } from '../controls/catalogue.ts';
import { STATEMENTS } from '../statements.ts';
import type { Statement } from '../statements.ts';
import { placeOfControl } from './run-controls.ts';
import { writtenTests } from './written-tests.ts';
import type { Place, WrittenTest } from './written-tests.ts';

export const DOCUMENT = 'docs/conformance.md';

const PLACE_NAMES: Readonly<Record<Place, string>> = {
  unit: 'unit',
  simulation: 'simulation',
  real: 'real API server, ARM simulator',
};

const INTRODUCTION = `# What claims may rely on

Written by \`npm run conformance -- provisioner --write\`; the words are in
[statements.ts](../packages/gpu-provisioner/test/conformance/statements.ts).

Each statement about Machines (M), NodeClaims (N) or both (B) has tests that carry its number, and controls: bugs that
are put into the code and that one of its tests must notice. \`npm run conformance -- provisioner\` runs the tests,
\`--controls\` the bugs, \`--only N\` those of one statement.

| | Era | Statement | Test | Where it runs | Control |
|---|---|---|---|---|---|
`;

/** The table for readers, as it is to stand in `docs/conformance.md`. */
export function conformanceDocument(): string {
  const tests = writtenTests();
  return INTRODUCTION + STATEMENTS.map((statement) => rowOf(statement, tests)).join('');
}

function rowOf({ era, number, text }: Statement, tests: readonly WrittenTest[]): string {
  const own = tests.filter((test) => test.number === number);
  const controls = CONTROLS.filter(({ statement }) => statement === number);
  const cells = [
    String(number),
    era,
    text,
    own.length === 0 ? 'missing' : own.map(({ file, line }) => linkTo(`${file}:${line}`)).join('<br>'),
    [...new Set(own.map(({ place }) => PLACE_NAMES[place]))].join('<br>'),
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
