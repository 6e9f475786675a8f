/** Something is not as it has to be; the message says what was found instead. */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError';
}

export function expectThat(holds: boolean, otherwise: string): asserts holds {
  if (!holds) {
    throw new ExpectationError(otherwise);
  }
}
