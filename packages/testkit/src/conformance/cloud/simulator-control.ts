import { request } from 'node:https';

import type { ArmSimulator } from '@kaito/local-cloud';

/** One request to the simulator's own routes; throws what it refuses. */
export async function controlSimulator(
  { caPem, endpoint }: ArmSimulator,
  method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const { promise, reject, resolve } = Promise.withResolvers<unknown>();
  const url = `${endpoint}/simulator${path}`;
  const headers = { 'content-type': 'application/json' };
  const sent = request(url, { method, ca: caPem, headers }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      if ((response.statusCode ?? 500) >= 400) {
        reject(new Error(`${method} ${url}: ${response.statusCode} ${text}`));
      } else {
        resolve(JSON.parse(text));
      }
    });
  });
  sent.on('error', reject);
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}
