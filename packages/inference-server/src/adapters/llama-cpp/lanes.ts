import type { LlamaContext, LlamaContextSequence, Token } from 'node-llama-cpp';

/** One sequence of the context, kept for the whole life of the engine. */
export interface Lane {
  /** The engine's own number of the sequence. */
  readonly number: number;
  readonly sequence: LlamaContextSequence;
}

/** A shorter common beginning is not worth leaving a hole between the numbers in use. */
const WORTH_KEEPING = 16;

/** Hands out sequences: the one that already knows the beginning of the prompt, otherwise the lowest number. */
export class Lanes {
  readonly #all: readonly Lane[];
  #free: readonly Lane[];

  /** The context must be new: then it numbers its sequences as they are asked for. */
  constructor(context: LlamaContext) {
    this.#all = Array.from({ length: context.totalSequences }, (_, number) => ({
      number,
      sequence: context.getSequence(),
    }));
    this.#free = this.#all;
  }

  take(tokens: readonly Token[]): Lane {
    const [lowest] = this.#free;
    if (lowest === undefined) {
      throw new Error('more requests at once than the engine has sequences');
    }
    const known = this.#free.map((lane) => ({ lane, length: commonLength(lane.sequence, tokens) }));
    const best = known.reduce((longest, entry) => (entry.length > longest.length ? entry : longest), {
      lane: lowest,
      length: WORTH_KEEPING - 1,
    });
    this.#free = this.#free.filter((lane) => lane !== best.lane);
    return best.lane;
  }

  give(lane: Lane): void {
    this.#free = [...this.#free, lane].toSorted((a, b) => a.number - b.number);
  }

  /** Tokens that the sequences in use hold. */
  get tokensInUse(): number {
    return this.#all
      .filter((lane) => !this.#free.includes(lane))
      .reduce((sum, { sequence }) => sum + sequence.nextTokenIndex, 0);
  }
}

/**
 * Makes the sequence hold the beginning of `tokens` and nothing else. Returns how many it holds; at least the
 * last one is left, because only what is computed can be continued.
 */
export async function keepCommonBeginning({ sequence }: Lane, tokens: readonly Token[]): Promise<number> {
  const keep = Math.min(commonLength(sequence, tokens), tokens.length - 1);
  if (keep < sequence.nextTokenIndex) {
    await sequence.eraseContextTokenRanges([{ start: keep, end: sequence.nextTokenIndex }]);
  }
  return sequence.nextTokenIndex;
}

function commonLength(sequence: LlamaContextSequence, tokens: readonly Token[]): number {
  return sequence.compareContextTokens([...tokens]).firstDifferentIndex;
}
