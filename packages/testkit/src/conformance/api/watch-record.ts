import type { WatchEvent, WatchRequest } from '@kaito/controller-runtime';

import type { ApiDriver } from './api-driver.ts';
import type { Shown } from './shown.ts';

const DEADLINE_MS = 60_000;

/** Where a scenario writes down what it sees. */
interface Notes {
  readonly shown: Shown;
  note(what: string, value: unknown): void;
}

/** One open watch of a scenario. */
export class WatchRecord {
  readonly #script: Notes;
  readonly #driver: ApiDriver;
  readonly #closing = new AbortController();
  readonly #events: AsyncIterator<WatchEvent>;

  constructor(script: Notes, driver: ApiDriver, request: WatchRequest) {
    this.#script = script;
    this.#driver = driver;
    this.#events = driver.kubernetes.watch(request, this.#closing.signal)[Symbol.asyncIterator]();
  }

  /** Notes the next events, or how the watch ends instead, and closes it. */
  async expect(count: number): Promise<void> {
    const seen: unknown[] = [];
    const timer = setTimeout(() => {
      this.#closing.abort(new Error('no event came'));
    }, DEADLINE_MS);
    try {
      while (seen.length < count) {
        const next = await this.#events.next();
        if (next.done === true) {
          seen.push('ended');
          break;
        }
        seen.push(this.#shown(next.value));
      }
    } catch (error) {
      seen.push(this.#script.shown.error(error));
    }
    clearTimeout(timer);
    this.#closing.abort(new Error('closed'));
    this.#script.note('watched', seen);
  }

  /** Waits until the server ends the watch. Whether it says before how far it has come is up to it; it must not lie. */
  async expectTimeOut(version: string): Promise<void> {
    this.#driver.timeOutWatches();
    const bookmarks: number[] = [];
    for (let next = await this.#events.next(); next.done !== true; next = await this.#events.next()) {
      bookmarks.push(next.value.type === 'BOOKMARK' ? Number(next.value.resourceVersion) : 0);
    }
    this.#script.note(
      'nothing but true bookmarks',
      bookmarks.every((bookmark) => bookmark >= Number(version)),
    );
  }

  #shown(event: WatchEvent): unknown {
    return event.type === 'BOOKMARK' ? event.type : { [event.type]: this.#script.shown.object(event.object) };
  }
}
