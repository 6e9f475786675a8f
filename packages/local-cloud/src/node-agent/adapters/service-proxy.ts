import { createServer, connect } from 'node:net';
import type { Server, Socket } from 'node:net';

import type { Logger } from '@kaito/controller-runtime';

import type { Route, Target } from '../core/service-rules.ts';

/** Where a Service's port is really listened on. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Stands for kube-proxy: one listener for each port of a cluster IP that has somewhere to forward to. */
export class ServiceProxy {
  readonly #logger: Logger;
  readonly #onChange: () => void;
  readonly #listeners = new Map<string, RouteListener>();

  /** `onChange`: a listener was opened on another port than the Service's. */
  constructor(logger: Logger, onChange: () => void) {
    this.#logger = logger;
    this.#onChange = onChange;
  }

  /** Makes `routes` all the routes of this Service. */
  async update(namespace: string, service: string, routes: readonly Route[]): Promise<void> {
    const wanted = new Map(routes.map((route) => [keyOfRoute(route), route]));
    for (const [key, listener] of this.#listeners) {
      const { route } = listener;
      if (route.namespace === namespace && route.service === service && !wanted.has(key)) {
        this.#listeners.delete(key);
        listener.close();
      }
    }
    for (const [key, route] of wanted) {
      const listener = this.#listeners.get(key) ?? new RouteListener(route, this.#logger, this.#onChange);
      this.#listeners.set(key, listener);
      await listener.update(route);
    }
  }

  /** Undefined while nothing listens there: connections are refused. */
  addressOf(namespace: string, service: string, port: number): ListenAddress | undefined {
    return [...this.#listeners.values()].find(
      ({ route }) => route.namespace === namespace && route.service === service && route.port === port,
    )?.address;
  }

  list(): readonly { readonly route: Route; readonly address: ListenAddress | undefined }[] {
    return [...this.#listeners.values()].map(({ route, address }) => ({ route, address }));
  }

  close(): void {
    for (const listener of this.#listeners.values()) {
      listener.close();
    }
    this.#listeners.clear();
  }
}

function keyOfRoute({ namespace, service, clusterIp, port }: Route): string {
  return `${namespace}/${service} ${clusterIp}:${port}`;
}

class RouteListener {
  #route: Route;
  readonly #logger: Logger;
  readonly #onChange: () => void;
  readonly #connections = new Set<Connection>();
  #server: Server | undefined;
  /** Kept while the route lives, so that a port told to a user stays right. */
  #port: number;
  #turn = 0;

  constructor(route: Route, logger: Logger, onChange: () => void) {
    this.#route = { ...route, targets: [] };
    this.#port = route.port;
    this.#logger = logger;
    this.#onChange = onChange;
  }

  get route(): Route {
    return this.#route;
  }

  get address(): ListenAddress | undefined {
    return this.#server === undefined ? undefined : { host: this.#route.clusterIp, port: this.#port };
  }

  async update(route: Route): Promise<void> {
    this.#route = route;
    const present = new Set(route.known.map(keyOfTarget));
    for (const connection of this.#connections) {
      if (!present.has(keyOfTarget(connection.target))) {
        connection.cut();
      }
    }
    if (route.targets.length === 0) {
      this.#stopListening();
    } else if (this.#server === undefined) {
      await this.#listen();
    }
  }

  close(): void {
    for (const connection of this.#connections) {
      connection.cut();
    }
    this.#stopListening();
  }

  async #listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      this.#accept(socket);
    });
    const { clusterIp } = this.#route;
    try {
      await listening(server, clusterIp, this.#port);
    } catch (error) {
      if (!isRefused(error)) {
        throw error;
      }
      this.#port = await listening(server, clusterIp, 0); // ports below 1024 take a right that we lack
      this.#logger.info({ ...this.#names(), port: this.#port }, 'Serving on another port than the service says');
    }
    this.#server = server;
    this.#onChange();
  }

  #names(): object {
    return { namespace: this.#route.namespace, service: this.#route.service, clusterIp: this.#route.clusterIp };
  }

  /** Takes effect at once; open connections go on. */
  #stopListening(): void {
    if (this.#server !== undefined) {
      this.#server.close();
      this.#server = undefined;
      this.#onChange();
    }
  }

  #accept(client: Socket): void {
    const { targets } = this.#route;
    const target = targets[this.#turn % Math.max(targets.length, 1)];
    this.#turn += 1;
    if (target === undefined) {
      client.resetAndDestroy();
      return;
    }
    const connection = forward(client, target, () => {
      this.#connections.delete(connection);
    });
    this.#connections.add(connection);
  }
}

function keyOfTarget({ host, port }: Target): string {
  return `${host}:${port}`;
}

interface Connection {
  readonly target: Target;
  cut(): void;
}

/** Both directions with back pressure; the end of one direction is passed on while the other goes on. */
function forward(client: Socket, target: Target, onClose: () => void): Connection {
  const upstream = connect({ ...target, allowHalfOpen: true });
  const cut = (): void => {
    client.resetAndDestroy();
    upstream.destroy();
  };
  client.setNoDelay(true);
  upstream.setNoDelay(true);
  client.on('error', cut);
  upstream.on('error', cut);
  upstream.once('connect', () => {
    client.pipe(upstream);
    upstream.pipe(client);
  });
  client.once('close', () => {
    upstream.destroy();
    onClose();
  });
  upstream.once('close', (hadError) => {
    if (hadError || !client.writableEnded) {
      cut();
    }
  });
  return { target, cut };
}

async function listening(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EACCES';
}
