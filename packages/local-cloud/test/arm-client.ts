import { Agent, request } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import type { ArmSimulator } from '../src/arm-simulator/arm-simulator.ts';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Parsed; undefined when it is empty. */
  readonly body: unknown;
}

export interface SendOptions {
  readonly body?: unknown;
  /** As it is, in place of JSON. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const FORM = new URLSearchParams({
  grant_type: 'client_credentials',
  client_id: 'client',
  scope: 'https://management.azure.com/.default',
  client_assertion: 'assertion',
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
}).toString();

/** Talks to a simulator over TLS like every other client. */
export class ArmClient {
  readonly #simulator: ArmSimulator;
  readonly #agent: Agent;
  #token = '';

  constructor(simulator: ArmSimulator) {
    this.#simulator = simulator;
    this.#agent = new Agent({ keepAlive: true, ca: simulator.caPem });
  }

  poolPath(name: string): string {
    const { subscriptionId, resourceGroup, clusterName } = this.#simulator.cluster;
    return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${clusterName}/agentPools/${name}?api-version=2026-06-01`;
  }

  async signIn(form = FORM): Promise<Reply> {
    const reply = await this.send('POST', '/tenant/oauth2/v2.0/token', { text: form });
    const { body } = reply;
    this.#token = typeof body === 'object' && body !== null && 'access_token' in body ? String(body.access_token) : '';
    return reply;
  }

  async send(method: string, path: string, options: SendOptions = {}): Promise<Reply> {
    const response = await this.#open(method, path, options);
    const chunks: string[] = [];
    response.setEncoding('utf8');
    for await (const chunk of response) {
      chunks.push(String(chunk));
    }
    const text = chunks.join('');
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    return { status: response.statusCode ?? 0, headers: response.headers, body };
  }

  /** The lines of an answer that goes on; the connection ends with the loop over them. */
  async *lines(path: string): AsyncGenerator<unknown, void> {
    const response = await this.#open('GET', path, {});
    try {
      for await (const line of createInterface({ input: response })) {
        yield JSON.parse(line);
      }
    } finally {
      response.destroy();
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #open(method: string, path: string, options: SendOptions): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const text = options.text ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    const outgoing = request(
      new URL(path, this.#simulator.endpoint),
      {
        method,
        agent: this.#agent,
        headers: { authorization: `Bearer ${this.#token}`, ...options.headers },
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      },
      resolve,
    );
    outgoing.on('error', reject);
    outgoing.end(text);
    return promise;
  }
}
