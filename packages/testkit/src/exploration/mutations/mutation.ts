export interface Edit {
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** A bug in the text of one file. */
export interface SourceMutation {
  readonly name: string;
  /** Relative to the repository. */
  readonly file: string;
  readonly edits: readonly Edit[];
}

/** A bug of this field, put back into the code that the harness loads. */
export interface Mutation extends SourceMutation {
  /** By which statement it has to be caught. */
  readonly invariant: string;
  /** Where to look first. */
  readonly scenario: string;
}
