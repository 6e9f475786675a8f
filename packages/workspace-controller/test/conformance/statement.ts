import { it } from '@jest/globals';

import { namePrefix } from './name-prefix.ts';
import { STATEMENTS } from './statements.ts';

/** A test of one of the numbered statements; a statement may have several, each for a part of it or another place. */
export function statement(number: number, title: string, check: () => void | Promise<void>): void {
  if (STATEMENTS.every((known) => known.number !== number)) {
    throw new RangeError(`there is no statement ${number}; they are in statements.ts`);
  }
  it(`${namePrefix(number)}${title}`, check);
}
