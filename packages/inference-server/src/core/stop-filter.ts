export interface Filtered {
  /** What may be shown. */
  readonly text: string;
  /** The stop string that was reached; nothing follows. */
  readonly stop?: string;
}

interface Match {
  readonly index: number;
  readonly stop: string;
}

/** Cuts the text before the first stop string, and holds back what might become the beginning of one. */
export class StopFilter {
  readonly #stops: readonly string[];
  #held = '';

  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop !== '');
  }

  push(text: string): Filtered {
    const all = this.#held + text;
    const found = this.#first(all);
    if (found !== undefined) {
      this.#held = '';
      return { text: all.slice(0, found.index), stop: found.stop };
    }
    const keep = all.length - this.#openEnd(all);
    this.#held = all.slice(keep);
    return { text: all.slice(0, keep) };
  }

  /** What was held back, once nothing more comes. */
  flush(): string {
    const rest = this.#held;
    this.#held = '';
    return rest;
  }

  /** The one that is complete first, so that it does not matter how the text comes in pieces. */
  #first(text: string): Match | undefined {
    return this.#stops
      .map((stop) => ({ index: text.indexOf(stop), stop }))
      .filter(({ index }) => index >= 0)
      .toSorted((a, b) => endOf(a) - endOf(b) || a.index - b.index)[0];
  }

  /** Length of the longest end of `text` that is the beginning of a stop string. */
  #openEnd(text: string): number {
    return Math.max(0, ...this.#stops.map((stop) => overlap(text, stop)));
  }
}

function endOf({ index, stop }: Match): number {
  return index + stop.length;
}

function overlap(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length -= 1) {
    if (stop.startsWith(text.slice(-length))) {
      return length;
    }
  }
  return 0;
}
