import { open } from 'node:fs/promises';

import { callOf } from './audit-call.ts';
import type { Call } from './audit-call.ts';

/** What some users asked of the API server, read while it writes. */
export class AuditLog {
  readonly #file: string;
  readonly #users: readonly string[];
  readonly #calls = new Map<string, Call>();
  #offset = 0;
  /** The beginning of a line whose end is not written yet. */
  #rest = Buffer.alloc(0);

  constructor(file: string, users: readonly string[]) {
    this.#file = file;
    this.#users = users;
  }

  /** Each request once, with the last that is known of it. */
  async calls(): Promise<readonly Call[]> {
    const text = Buffer.concat([this.#rest, await this.#read()]);
    const end = text.lastIndexOf('\n') + 1;
    this.#rest = text.subarray(end);
    for (const line of text.toString('utf8', 0, end).split('\n').filter(this.#isWanted)) {
      const call = callOf(line);
      if (this.#users.includes(call.user)) {
        this.#calls.set(call.id, call);
      }
    }
    return [...this.#calls.values()];
  }

  /** The most of the log is about others: those lines are not worth parsing. */
  readonly #isWanted = (line: string): boolean => this.#users.some((user) => line.includes(user));

  async #read(): Promise<Buffer> {
    const file = await open(this.#file);
    try {
      const length = (await file.stat()).size - this.#offset;
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, this.#offset);
      this.#offset += bytesRead;
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }
}
