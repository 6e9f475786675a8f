export interface Edit {
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** A bug of this field, put back into the code that the harness loads. */
export interface Mutation {
  readonly name: string;
  /** Relative to the repository. */
  readonly file: string;
  readonly edits: readonly Edit[];
  /** By which statement it has to be caught. */
  readonly invariant: string;
  /** Where to look first. */
  readonly scenario: string;
}
