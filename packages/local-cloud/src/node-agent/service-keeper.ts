import { controller, parseKey } from '@kaito/controller-runtime';
import type { Clock, Controller, Informer, Logger } from '@kaito/controller-runtime';

import type { ServiceProxy } from './adapters/service-proxy.ts';
import { routesOf, SERVICE_NAME_LABEL } from './core/service-rules.ts';
import type { AgentService, EndpointSlice, Route, Target } from './core/service-rules.ts';

export interface ServiceKeeperOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly services: Informer<AgentService>;
  /** With index {@link BY_SERVICE}. */
  readonly slices: Informer<EndpointSlice>;
  readonly proxy: ServiceProxy;
  /** Where an address of an endpoint is really listened on. */
  readonly reach: (address: string) => string;
  /** The API server itself, behind the Service `default/kubernetes`. */
  readonly apiServer: Target;
}

export const BY_SERVICE = 'service';

export function serviceOfSlice({ metadata }: EndpointSlice): readonly string[] {
  const name = metadata.labels?.[SERVICE_NAME_LABEL];
  return name === undefined ? [] : [`${metadata.namespace ?? ''}/${name}`];
}

const WORKERS = 4;

/** Keeps the proxy's listeners as Services and EndpointSlices want them. */
export function serviceKeeper(options: ServiceKeeperOptions): Controller {
  const { services, slices, proxy } = options;
  const keeper = controller({
    ...options,
    name: 'services',
    kind: 'Service',
    workers: WORKERS,
    reconcile: async (key) => {
      const { namespace = '', name } = parseKey(key);
      await proxy.update(namespace, name, routesFor(key, options));
      return undefined;
    },
  });
  keeper.watch(services, ({ before, after }) => {
    const object = after ?? before;
    return object === undefined ? [] : [`${object.metadata.namespace ?? ''}/${object.metadata.name}`];
  });
  keeper.watch(slices, ({ before, after }) =>
    [before, after].flatMap((slice) => (slice === undefined ? [] : serviceOfSlice(slice))),
  );
  return keeper;
}

function routesFor(key: string, { services, slices, reach, apiServer }: ServiceKeeperOptions): readonly Route[] {
  const service = services.cache.get(key);
  if (service === undefined) {
    return [];
  }
  const routes = routesOf(service, slices.cache.byIndex(BY_SERVICE, key), reach);
  return key === 'default/kubernetes'
    ? routes.map((route) => ({ ...route, targets: [apiServer], known: [apiServer] }))
    : routes;
}
