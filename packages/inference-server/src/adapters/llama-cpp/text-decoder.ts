import type { LlamaModel, Token } from 'node-llama-cpp';

/** Tokens before a text that decide about its leading space. */
const LOOK_BACK = 16;
/** A character has at most four bytes, and each may be a token of its own. */
const LONGEST_CHARACTER = 4;

/** Turns tokens into text as they come; a character that is cut between two tokens waits for its rest. */
export class TextDecoder {
  readonly #model: LlamaModel;
  #before: readonly Token[];
  #pending: Token[] = [];

  constructor(model: LlamaModel, prompt: readonly Token[]) {
    this.#model = model;
    this.#before = prompt.slice(-LOOK_BACK);
  }

  push(token: Token): string {
    this.#pending.push(token);
    const text = this.#model.detokenize(this.#pending, false, this.#before);
    if (text.endsWith('\uFFFD') && this.#pending.length < LONGEST_CHARACTER) {
      return '';
    }
    this.#before = [...this.#before, ...this.#pending].slice(-LOOK_BACK);
    this.#pending = [];
    return text;
  }
}
