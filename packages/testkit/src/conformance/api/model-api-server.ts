import { setImmediate } from 'node:timers/promises';

import { apiServerClient } from '../../api-server/api-server-client.ts';
import type { ApiServerClient } from '../../api-server/api-server-client.ts';
import { ApiServer } from '../../api-server/api-server.ts';
import type { ApiDriver } from './api-driver.ts';

const BEGINNING = Date.parse('2026-01-01T00:00:00Z');

/** The model, with a clock that stands unless the server comes with another. */
export function modelApiServer(
  namespace: string,
  server = new ApiServer({ now: () => new Date(BEGINNING) }),
): ApiDriver {
  const kubernetes = apiServerClient(server);
  return {
    kubernetes,
    namespace,
    managersOf: async (type, key) => server.managersOf(type, key),
    forget: async () => {
      server.compact();
    },
    timeOutWatches: () => {
      void endedAfterOpening(kubernetes);
    },
  };
}

/** A watch is open once somebody has asked it for its first event. */
async function endedAfterOpening(kubernetes: ApiServerClient): Promise<void> {
  await setImmediate();
  kubernetes.sendBookmarks();
  kubernetes.endWatches();
}
