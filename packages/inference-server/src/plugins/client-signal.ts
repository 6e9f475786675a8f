import type { ServerResponse } from 'node:http';

/** Aborts when the client leaves before the answer is complete, or when the server may wait no longer. */
export function clientSignal(response: ServerResponse, shutdown: AbortSignal): AbortSignal {
  const left = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) {
      left.abort(new ClientLeft());
    }
  });
  return AbortSignal.any([left.signal, shutdown]);
}

class ClientLeft extends Error {
  override readonly name = 'ClientLeft';
  override readonly message = 'the client closed the connection';
}
