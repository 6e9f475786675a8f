import type { SourceMutation } from '@kaito/testkit';

/** A bug, put into the text of a file, that a numbered test must notice. */
export interface Control extends SourceMutation {
  readonly statement: number;
}
