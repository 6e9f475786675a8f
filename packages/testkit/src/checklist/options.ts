import { parseArgs } from 'node:util';

import type { Checklist } from './checklist.ts';

export interface Options {
  /** Absent: all of them. */
  readonly only?: number;
  readonly withControls: boolean;
  readonly isWriting: boolean;
}

export type ReadOptions =
  | { readonly kind: 'options'; readonly options: Options }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly problem: string };

export function helpOf({ about, document, real, statements, word }: Checklist): string {
  const example = statements[Math.floor(statements.length / 2)]?.number ?? 1;
  return `Runs the tests of the numbered statements about ${about}, and says of each statement where it stands.

Usage: npm run conformance -- ${word} [--only N] [--controls]
       npm run conformance -- ${word} --write

  --only N    this statement alone
  --controls  puts in, one after the other, every bug that belongs to a statement, and runs its tests: one must fail
  --write     writes ${document.file} from the statements, their tests and their bugs; runs nothing

For every statement it prints number, era (M: Machine, N: NodeClaim, B: both), what it says, each test with its
result, where it runs (unit; simulation: virtual time; real: ${real}) and its line, and the
bugs that belong to it. Exit status: 0 when every statement has a test, all tests pass, and, with --controls, every
bug is caught; 1 otherwise.

Examples
  npm run conformance -- ${word}
  npm run conformance -- ${word} --only ${example}
  npm run conformance -- ${word} --only ${example} --controls
`;
}

/** The first argument is the word of the checklist. */
export function readOptions(args: readonly string[], checklist: Pick<Checklist, 'statements'>): ReadOptions {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        controls: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
      allowPositionals: true,
    });
    return values.help ? { kind: 'help' } : checked(positionals, values, checklist);
  } catch (error) {
    return { kind: 'invalid', problem: error instanceof Error ? error.message : String(error) };
  }
}

interface Values {
  readonly only?: string | undefined;
  readonly controls: boolean;
  readonly write: boolean;
}

function checked(
  [, ...others]: readonly string[],
  { controls, only, write }: Values,
  { statements }: Pick<Checklist, 'statements'>,
): ReadOptions {
  if (others.length > 0) {
    return { kind: 'invalid', problem: `unexpected: ${others.join(' ')}` };
  }
  const number = only === undefined ? undefined : Number(only);
  if (number !== undefined && statements.every((known) => known.number !== number)) {
    const [first, last] = [statements.at(0)?.number, statements.at(-1)?.number];
    return { kind: 'invalid', problem: `--only: expected a number from ${first} to ${last}` };
  }
  const options = { withControls: controls, isWriting: write, ...(number !== undefined && { only: number }) };
  return { kind: 'options', options };
}
