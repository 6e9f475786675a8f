import { parseArgs } from 'node:util';

import { STATEMENTS } from '../statements.ts';

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

export const HELP = `Runs the tests of the numbered statements about claims, and says of each statement where it stands.

Usage: npm run conformance -- provisioner [--only N] [--controls]
       npm run conformance -- provisioner --write

  --only N    this statement alone
  --controls  puts in, one after the other, every bug that belongs to a statement, and runs its tests: one must fail
  --write     writes docs/conformance.md from the statements, their tests and their bugs; runs nothing

For every statement it prints number, era (M: Machine, N: NodeClaim, B: both), what it says, each test with its
result, where it runs (unit; simulation: virtual time; real: API server and ARM simulator) and its line, and the
bugs that belong to it. Exit status: 0 when every statement has a test, all tests pass, and, with --controls, every
bug is caught; 1 otherwise.

Examples
  npm run conformance -- provisioner
  npm run conformance -- provisioner --only 40
  npm run conformance -- provisioner --only 40 --controls
`;

export function readOptions(args: readonly string[]): ReadOptions {
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
    return values.help ? { kind: 'help' } : checked(positionals, values);
  } catch (error) {
    return { kind: 'invalid', problem: error instanceof Error ? error.message : String(error) };
  }
}

interface Values {
  readonly only?: string | undefined;
  readonly controls: boolean;
  readonly write: boolean;
}

function checked([, ...others]: readonly string[], { controls, only, write }: Values): ReadOptions {
  if (others.length > 0) {
    return { kind: 'invalid', problem: `unexpected: ${others.join(' ')}` };
  }
  const number = only === undefined ? undefined : Number(only);
  if (number !== undefined && STATEMENTS.every((known) => known.number !== number)) {
    return { kind: 'invalid', problem: `--only: expected a number from 1 to ${STATEMENTS.length}` };
  }
  const options = { withControls: controls, isWriting: write, ...(number !== undefined && { only: number }) };
  return { kind: 'options', options };
}
