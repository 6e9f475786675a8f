import type { SourceMutation } from '../exploration/mutations/mutation.ts';

/** M: for Machines alone; N: for NodeClaims alone; B: for both. */
export type Era = 'M' | 'N' | 'B';

export interface Statement {
  readonly number: number;
  readonly era: Era;
  readonly text: string;
}

/** A bug, put into the text of a file, that a numbered test must notice. */
export interface Control extends SourceMutation {
  readonly statement: number;
}

/** Numbered statements, each with tests that carry its number and bugs that one of them must notice. */
export interface Checklist {
  /** By which the command knows it: `npm run conformance -- WORD`. */
  readonly word: string;
  /** What the statements are about, as in "the numbered statements about claims". */
  readonly about: string;
  /** In the order of their numbers. */
  readonly statements: readonly Statement[];
  readonly controls: readonly Control[];
  /** A glob of the files, relative to the repository, in which its tests are calls of `statement`. */
  readonly tests: string;
  /** Begins the name of every test of the statement of that number, and of no other. */
  readonly namePrefix: (number: number) => string;
  /** What tests on the real thing stand on. */
  readonly real: string;
  readonly document: {
    /** Relative to the repository, in `docs`. */
    readonly file: string;
    /** What stands above the table. */
    readonly introduction: string;
  };
}
