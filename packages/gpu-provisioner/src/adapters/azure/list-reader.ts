import * as z from 'zod';

/** What is around the entries of a list; an empty link ends it like an absent one. */
const Frame = z.object({
  value: z.array(z.unknown()).length(0),
  nextLink: z
    .string()
    .nullish()
    .transform((link) => (link === null || link === '' ? undefined : link)),
});

/** Where the entries of a list lie: in an array in an object. */
const ENTRY_DEPTH = 2;

/** Reads a page of a list entry by entry as its text comes: never is more than one entry of it in memory. */
export class ListReader {
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  #isInList = false;
  #isInEntry = false;
  #entry = '';
  #frame = '';

  *take(chunk: string): Iterable<unknown> {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const mark = this.#markAt(chunk, at);
      if (mark === 'opens') {
        this.#frame += chunk.slice(from, at);
        from = at;
      } else if (mark === 'closes') {
        const text = this.#entry + chunk.slice(from, at + 1);
        this.#entry = '';
        from = at + 1;
        yield JSON.parse(text);
      }
    }
    if (this.#isInEntry) {
      this.#entry += chunk.slice(from);
    } else {
      this.#frame += chunk.slice(from);
    }
  }

  /** After the last chunk: where the list goes on. Throws when what came was no list, or not all of one. */
  end(): string | undefined {
    return Frame.parse(JSON.parse(this.#frame.replace(/\[[\s,]*\]/u, '[]'))).nextLink;
  }

  /** Whether an entry begins or ends with this character. */
  #markAt(chunk: string, at: number): 'opens' | 'closes' | undefined {
    const character = chunk.charAt(at);
    if (this.#isText(character)) {
      return undefined;
    }
    switch (character) {
      case '{':
      case '[':
        return this.#open(character === '[');
      case '}':
      case ']':
        return this.#close();
      default:
        return undefined;
    }
  }

  #open(isList: boolean): 'opens' | undefined {
    this.#depth += 1;
    if (this.#depth === ENTRY_DEPTH) {
      this.#isInList = isList;
    }
    const isEntry = this.#isInList && this.#depth === ENTRY_DEPTH + 1;
    this.#isInEntry ||= isEntry;
    return isEntry ? 'opens' : undefined;
  }

  #close(): 'closes' | undefined {
    this.#depth -= 1;
    if (!this.#isInEntry || this.#depth > ENTRY_DEPTH) {
      return undefined;
    }
    this.#isInEntry = false;
    return 'closes';
  }

  #isText(character: string): boolean {
    if (!this.#isInText) {
      this.#isInText = character === '"';
      return this.#isInText;
    }
    if (this.#isEscaped) {
      this.#isEscaped = false;
    } else if (character === '\\') {
      this.#isEscaped = true;
    } else if (character === '"') {
      this.#isInText = false;
    }
    return true;
  }
}
