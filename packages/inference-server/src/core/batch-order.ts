/** Work that waits for the next step of the engine. */
export interface QueuedItem {
  readonly tokens: readonly unknown[];
  /** 5 minus a hundredth of the sequence's number; see {@link priorityOf}. */
  readonly evaluationPriority: number;
}

export interface Step<T> {
  readonly item: T;
  readonly processAmount: number;
}

/**
 * The engine's queue forgets which sequence an item belongs to, but carries its priority through unchecked, so
 * the sequence travels as the priority.
 */
export function priorityOf(sequence: number): number {
  return 5 - sequence / 100;
}

/** More rounds of waiting than this never bring another sequence. */
const PATIENCE = 40;
/** Prompt tokens in one step while others are in the middle of their answers: they should not notice. */
const SHARED_PREFILL = 128;

/**
 * Puts one step together: all running sequences in ascending order. llama.cpp computes only neighbours in
 * ascending order together, while the engine queues in order of arrival, which cuts a step into pieces. So it
 * waits, for a bounded number of rounds, until every running sequence has queued, and sorts.
 */
export class BatchOrder {
  readonly #running = new Set<number>();
  #rounds = 0;

  /** The sequence computes from here on. */
  enter(sequence: number): void {
    this.#running.add(sequence);
  }

  leave(sequence: number): void {
    this.#running.delete(sequence);
  }

  /** An empty step means: ask again when others had the chance to queue. */
  next<T extends QueuedItem>(items: readonly T[], size: number): Step<T>[] {
    if (items.length < this.#running.size && this.#rounds < PATIENCE) {
      this.#rounds += 1;
      return [];
    }
    this.#rounds = 0;
    return fill(items, size);
  }
}

function fill<T extends QueuedItem>(items: readonly T[], size: number): Step<T>[] {
  const sorted = items.toSorted((a, b) => b.evaluationPriority - a.evaluationPriority);
  const answering = sorted.filter((item) => item.tokens.length === 1).length;
  const prompts = sorted.length - answering;
  let left = prompts === 0 ? 0 : size - answering;
  if (answering > 0) {
    left = Math.min(left, Math.max(SHARED_PREFILL, prompts));
  }
  let waiting = prompts;
  return sorted.map((item) => {
    if (item.tokens.length === 1) {
      return { item, processAmount: 1 };
    }
    const processAmount = Math.max(1, Math.min(item.tokens.length, Math.floor(left / waiting)));
    left -= processAmount;
    waiting -= 1;
    return { item, processAmount };
  });
}
