import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

import { formatRecord, parseRecord } from '../core/log-query.ts';
import type { LogRecord } from '../core/log-query.ts';

const LONGEST_LINE = 16_384;

/** What one run of a container prints, in a file and to whoever listens. */
export class ContainerLog {
  readonly #file: string;
  readonly #descriptor: number;
  readonly #listeners = new Set<LogListener>();
  #isClosed = false;

  constructor(file: string) {
    this.#file = file;
    mkdirSync(path.dirname(file), { recursive: true });
    this.#descriptor = openSync(file, 'a');
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Copies a stream of the program until it ends. */
  copy(stream: LogRecord['stream'], source: Readable): void {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    source.on('data', (chunk: Buffer) => {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) {
        this.#write({ stream, text, isWhole: true });
      }
      while (rest.length > LONGEST_LINE) {
        this.#write({ stream, text: rest.slice(0, LONGEST_LINE), isWhole: false });
        rest = rest.slice(LONGEST_LINE);
      }
    });
    source.once('close', () => {
      if (rest !== '') {
        this.#write({ stream, text: rest, isWhole: false });
      }
    });
  }

  records(): readonly LogRecord[] {
    return readLog(this.#file);
  }

  /** Hears every record from now on; written at once, so that none is missed or comes twice. */
  listen(listener: LogListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  close(): void {
    if (this.#isClosed) {
      return;
    }
    this.#isClosed = true;
    closeSync(this.#descriptor);
    for (const listener of this.#listeners) {
      listener.end();
    }
    this.#listeners.clear();
  }

  #write(record: Omit<LogRecord, 'time'>): void {
    if (this.#isClosed) {
      return; // a process that outlived its container
    }
    const stamped = { ...record, time: new Date().toISOString() };
    writeSync(this.#descriptor, formatRecord(stamped));
    for (const listener of this.#listeners) {
      listener.next(stamped);
    }
  }
}

export interface LogListener {
  next(record: LogRecord): void;
  end(): void;
}

export function readLog(file: string): readonly LogRecord[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => parseRecord(line) ?? []);
}
