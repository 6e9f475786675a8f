import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { LocalCloudError } from '../local-cloud-error.ts';
import type { CatalogFile } from './catalog.ts';
import { answerTo } from './hub-answer.ts';
import type { HubAnswer, StandIn } from './hub-answer.ts';

export interface ModelHubOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly catalog: readonly CatalogFile[];
  /** The GGUF file that every file of the catalogue is answered with. */
  readonly standInFile: string;
  /** Told of each request when its answer is known, before it is sent. */
  readonly onRequest?: (line: string) => void;
}

export interface ModelHub {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** A small hub that speaks the protocol of huggingface.co; each of its files says in a header that it is a stand-in. */
export async function startModelHub(options: ModelHubOptions): Promise<ModelHub> {
  await requireGguf(options.standInFile);
  const standIn = await describe(options.standInFile);
  const server = createServer((request, response) => {
    void serve(request, response, { options, standIn });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new LocalCloudError(`the model hub cannot listen: ${error.message}`)));
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    endpoint: `http://${options.host}:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

interface Hub {
  readonly options: ModelHubOptions;
  readonly standIn: StandIn;
}

async function serve(request: IncomingMessage, response: ServerResponse, hub: Hub): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  const [location = '/'] = url.split('?', 1);
  const answer = answerTo({ method, path: location, range: headers.range }, hub.options.catalog, hub.standIn);
  hub.options.onRequest?.(`${method} ${location} ${headers.range ?? ''} ${answer.status}`);
  try {
    await send(response, answer, { method, file: hub.options.standInFile });
  } catch {
    // The client left in the middle; it may come back and go on from there.
    response.destroy();
  }
}

async function send(
  response: ServerResponse,
  answer: HubAnswer,
  { method, file }: { readonly method: string; readonly file: string },
): Promise<void> {
  response.writeHead(answer.status, answer.headers);
  if (answer.bytes === undefined) {
    response.end(method === 'HEAD' || answer.body === undefined ? undefined : JSON.stringify(answer.body));
    return;
  }
  await pipeline(createReadStream(file, { ...answer.bytes, highWaterMark: 1024 * 1024 }), response);
}

async function requireGguf(file: string): Promise<void> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) {
    throw new LocalCloudError(`there is no model file ${file}, or it cannot be read`);
  }
  try {
    const { buffer, bytesRead } = await handle
      .read(Buffer.alloc(4), 0, 4, 0)
      .catch(() => ({ buffer: undefined, bytesRead: 0 }));
    if (bytesRead !== 4 || buffer?.toString('latin1') !== 'GGUF') {
      throw new LocalCloudError(`${file} is not a GGUF file`);
    }
  } finally {
    await handle.close();
  }
}

async function describe(file: string): Promise<StandIn> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash);
  return { name: path.basename(file), sizeBytes: (await stat(file)).size, sha256: hash.digest('hex') };
}
