export interface ContextWish {
  /** Undefined: as much as is sensible. */
  readonly maxModelLength: number | undefined;
  readonly maxSequences: number | undefined;
  readonly trainedLength: number;
}

export interface ContextPlan {
  readonly contextSize: number;
  readonly sequences: number;
}

const LENGTH = 4096;
const SEQUENCES = 4;
const SHORTEST = 512;

/**
 * How long each sequence may be and how many there are, so that the key-value cache stays within `budgetBytes`.
 * What was asked for is not changed; of the rest, first the number of sequences gives way, then their length.
 */
export function planContext(
  wish: ContextWish,
  budgetBytes: number,
  costBytes: (plan: ContextPlan) => number,
): ContextPlan {
  let contextSize = wish.maxModelLength ?? Math.min(LENGTH, wish.trainedLength);
  let sequences = wish.maxSequences ?? SEQUENCES;
  const isTooMuch = (): boolean => costBytes({ contextSize, sequences }) > budgetBytes;
  while (wish.maxSequences === undefined && sequences > 1 && isTooMuch()) {
    sequences -= 1;
  }
  while (wish.maxModelLength === undefined && contextSize > SHORTEST && isTooMuch()) {
    contextSize = Math.max(SHORTEST, Math.floor(contextSize / 2));
  }
  return { contextSize, sequences };
}
