import type { Kubernetes, KubernetesObject, WatchEvent, WatchRequest } from '@kaito/controller-runtime';

import { FakeWatchStream } from '../fake-watch-stream.ts';
import { answering } from './answering.ts';
import type { ApiServer } from './api-server.ts';
import { matcherOf } from './selection.ts';
import type { Change } from './table.ts';
import { viewedEvent } from './view.ts';
import { watchEventOf } from './watch-events.ts';

/** The Kubernetes port on the model; it answers at once. */
export interface ApiServerClient extends Kubernetes {
  /** Tells every open watch how far it has come. */
  sendBookmarks(): void;
  /** Ends the open watches in good order, as after their time-out, which the model does not keep. */
  endWatches(): void;
}

export function apiServerClient(server: ApiServer): ApiServerClient {
  const streams = new Set<FakeWatchStream>();
  return {
    list: async (request, signal) => answered(signal, () => server.list(request)),
    get: async (request, signal) => answered(signal, () => server.get(request)),
    create: async (request, signal) => answered(signal, () => server.create(request)),
    createSubresource: async (request, signal) => answered(signal, () => server.createSubresource(request)),
    apply: async (request, signal) => answered(signal, () => server.apply(request)),
    patch: async (request, signal) => answered(signal, () => server.patch(request)),
    delete: async (request, signal) =>
      answered(signal, () => {
        server.delete(request);
      }),
    watch: (request, signal) => watch(server, streams, request, signal),
    sendBookmarks: () => {
      for (const stream of streams) {
        stream.send({ type: 'BOOKMARK', resourceVersion: String(server.version) });
      }
    },
    endWatches: () => {
      for (const stream of streams) {
        stream.end();
      }
    },
  };
}

async function* watch(
  server: ApiServer,
  streams: Set<FakeWatchStream>,
  request: WatchRequest,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent, void> {
  signal.throwIfAborted();
  const stream = new FakeWatchStream();
  const { type } = request;
  const isSelected = answering({ verb: 'WATCH', type, namespace: request.namespace }, () => matcherOf(type, request));
  const tell = (change: Change): void => {
    const event = watchEventOf(change, isSelected);
    if (event !== undefined) {
      stream.send(viewedEvent(event, request));
    }
  };
  const { present, changes } = beginningOf(server, request);
  for (const object of present) {
    stream.send({ type: 'ADDED', object });
  }
  changes.forEach(tell);
  const stop = server.onChange((change) => {
    if (change.type.plural === type.plural && change.type.group === type.group) {
      tell(change);
    }
  });
  streams.add(stream);
  try {
    yield* stream.events(signal);
  } finally {
    streams.delete(stream);
    stop();
  }
}

interface Beginning {
  readonly present: readonly KubernetesObject[];
  readonly changes: readonly Change[];
}

/** Version 0 or none means: what is there first, then what happens to it. */
function beginningOf(server: ApiServer, request: WatchRequest): Beginning {
  const { type, namespace, resourceVersion } = request;
  const isFromStart = resourceVersion === '' || resourceVersion === '0';
  return isFromStart
    ? { present: server.list(selectionOf(request)).items, changes: [] }
    : { present: [], changes: server.changesSince(Number(resourceVersion), type, namespace) };
}

function selectionOf({ type, namespace, labelSelector, fieldSelector, isMetadataOnly }: WatchRequest) {
  return {
    type,
    ...(isMetadataOnly !== undefined && { isMetadataOnly }),
    ...(namespace !== undefined && { namespace }),
    ...(labelSelector !== undefined && { labelSelector }),
    ...(fieldSelector !== undefined && { fieldSelector }),
  };
}

async function answered<R>(signal: AbortSignal, act: () => R): Promise<R> {
  await Promise.resolve();
  signal.throwIfAborted();
  return act();
}
