import { get } from 'node:https';

import type { TypeTable } from '../../api-server/schema/type-text.ts';
import type { TestCluster } from '../../test-cluster.ts';
import { builtInTypes } from '../built-in-types.ts';

/** The types of the built-in kinds as this server describes them. */
export async function describedTypes(cluster: TestCluster): Promise<TypeTable> {
  const { server, caPem, token } = cluster.access();
  const authorization = `Bearer ${(await token?.()) ?? ''}`;
  return builtInTypes(async (path) => parsed(`${server}${path}`, { ca: caPem, headers: { authorization } }));
}

interface CallOptions {
  readonly ca: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

async function parsed(url: string, { ca, headers }: CallOptions): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const call = get(
    url,
    { ...(ca !== undefined && { ca }), headers: { ...headers, accept: 'application/json' } },
    (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => {
        resolve(text);
      });
      answer.on('error', reject);
    },
  );
  call.on('error', reject);
  return JSON.parse(await promise);
}
