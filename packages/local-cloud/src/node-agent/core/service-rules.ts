import { ObjectMeta } from '@kaito/types';
import * as z from 'zod';

/** The part of a core/v1 Service that kube-proxy works from. */
export const AgentService = z.object({
  metadata: ObjectMeta,
  spec: z
    .object({
      type: z.string().default('ClusterIP'),
      clusterIP: z.string().optional(),
      ports: z
        .array(z.object({ name: z.string().default(''), port: z.int(), protocol: z.string().default('TCP') }))
        .default([]),
    })
    .default({ type: 'ClusterIP', ports: [] }),
});
export type AgentService = z.infer<typeof AgentService>;

/** The part of a discovery.k8s.io/v1 EndpointSlice that kube-proxy works from. */
export const EndpointSlice = z.object({
  metadata: ObjectMeta,
  addressType: z.string(),
  endpoints: z
    .array(
      z.object({
        addresses: z.array(z.string()).default([]),
        conditions: z
          .object({
            ready: z.boolean().nullish(),
            serving: z.boolean().nullish(),
            terminating: z.boolean().nullish(),
          })
          .default({}),
      }),
    )
    .nullish(),
  ports: z.array(z.object({ name: z.string().default(''), port: z.int().nullish() })).nullish(),
});
export type EndpointSlice = z.infer<typeof EndpointSlice>;

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** One port of one Service, and where its connections go. */
export interface Route {
  readonly namespace: string;
  readonly service: string;
  readonly portName: string;
  readonly clusterIp: string;
  readonly port: number;
  /** Sorted, without duplicates; none: connections are refused. */
  readonly targets: readonly Target[];
  /** Every endpoint there is, usable for new connections or not: open connections to any other are cut. */
  readonly known: readonly Target[];
}

/** `reach` tells where an address of an endpoint is really listened on. */
export function routesOf(
  service: AgentService,
  slices: readonly EndpointSlice[],
  reach: (address: string) => string,
): readonly Route[] {
  const { type, clusterIP, ports } = service.spec;
  if (type === 'ExternalName' || clusterIP === undefined || clusterIP === '' || clusterIP === 'None') {
    return [];
  }
  return ports
    .filter(({ protocol }) => protocol === 'TCP')
    .map(({ name, port }) => ({
      namespace: service.metadata.namespace ?? '',
      service: service.metadata.name,
      portName: name,
      clusterIp: clusterIP,
      port,
      ...targetsOf(
        slices.flatMap((slice) => candidatesOf(name, slice)),
        reach,
      ),
    }));
}

function targetsOf(
  candidates: readonly Candidate[],
  reach: (address: string) => string,
): Pick<Route, 'targets' | 'known'> {
  return { targets: distinct(usable(candidates), reach), known: distinct(candidates, reach) };
}

function distinct(candidates: readonly Candidate[], reach: (address: string) => string): readonly Target[] {
  const found = new Map<string, Target>();
  for (const { address, port } of candidates) {
    const target = { host: reach(address), port };
    found.set(`${target.host}:${target.port}`, target);
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, target]) => target);
}

interface Candidate {
  readonly address: string;
  readonly port: number;
  readonly isReady: boolean;
  readonly isLastResort: boolean;
}

/** Ready endpoints; when there is none, those that still serve while they terminate. */
function usable(candidates: readonly Candidate[]): readonly Candidate[] {
  const ready = candidates.filter(({ isReady }) => isReady);
  return ready.length > 0 ? ready : candidates.filter(({ isLastResort }) => isLastResort);
}

function candidatesOf(portName: string, slice: EndpointSlice): readonly Candidate[] {
  const port = slice.ports?.find(({ name }) => name === portName)?.port;
  if (slice.addressType !== 'IPv4' || port === undefined || port === null) {
    return [];
  }
  return (slice.endpoints ?? []).flatMap(({ addresses, conditions }) => {
    const isReady = conditions.ready ?? true;
    const isServing = conditions.serving ?? isReady;
    const isLastResort = isServing && conditions.terminating === true;
    return addresses.slice(0, 1).map((address) => ({ address, port, isReady, isLastResort }));
  });
}
