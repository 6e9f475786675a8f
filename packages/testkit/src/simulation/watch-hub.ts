import type { View, WatchEvent, WatchRequest } from '@kaito/controller-runtime';

import type { ApiServer } from '../api-server/api-server.ts';
import { matcherOf } from '../api-server/selection.ts';
import type { Matcher } from '../api-server/selection.ts';
import type { Change } from '../api-server/table.ts';
import { viewedEvent } from '../api-server/view.ts';
import { watchEventOf } from '../api-server/watch-events.ts';
import type { FedStream } from './feed.ts';
import type { ProcessScope } from './process-scope.ts';
import type { Replica } from './replica.ts';
import { Stream } from './stream.ts';

interface OpenWatch extends FedStream {
  readonly replica: Replica;
  readonly isMatch: Matcher;
  readonly view: View;
}

/** All open watches of all replicas. */
export class WatchHub {
  readonly #server: ApiServer;
  readonly #open = new Map<string, Set<OpenWatch>>();

  constructor(server: ApiServer) {
    this.#server = server;
    server.onChange((change) => {
      for (const watch of this.#open.get(change.type.plural) ?? []) {
        tell(watch, change);
      }
    });
  }

  open(request: WatchRequest, replica: Replica, signal: AbortSignal): AsyncIterable<WatchEvent> {
    const { plural } = request.type;
    const watches = this.#open.get(plural) ?? new Set();
    this.#open.set(plural, watches);
    const stream = new Stream(signal, () => {
      watches.delete(watch);
    });
    const isMatch = matcherOf(request.type, request);
    const watch: OpenWatch = { stream, replica, readyAtMs: 0, isMatch, view: request };
    try {
      for (const change of this.#server.changesSince(Number(request.resourceVersion), request.type)) {
        tell(watch, change);
      }
      watches.add(watch);
    } catch (error) {
      replica.scope.deliverAfter(1, () => {
        stream.fail(error instanceof Error ? error : new Error(String(error)));
      });
    }
    return stream;
  }

  /** To a dead process nothing is sent any more. */
  forget(scope: ProcessScope): void {
    for (const watches of this.#open.values()) {
      for (const watch of watches) {
        if (watch.replica.scope === scope) {
          watches.delete(watch);
        }
      }
    }
  }
}

function tell(watch: OpenWatch, change: Change): void {
  const event = watchEventOf(change, watch.isMatch);
  if (event !== undefined) {
    watch.replica.feed.push(watch, viewedEvent(event, watch.view), change.version);
  }
}
