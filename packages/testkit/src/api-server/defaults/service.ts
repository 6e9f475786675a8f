import { isList } from '../json.ts';
import type { Fields } from '../json.ts';
import type { Allocation } from '../kind-rules.ts';
import { filled, withItems, withPart } from './filled.ts';

const EMPTY: Fields = Object.freeze({});
const FIRST_NODE_PORT = 30_000;

export function defaultedService(service: Fields, before: Fields | undefined): Fields {
  return withPart(service, 'spec', (spec) => (spec === before?.['spec'] ? spec : defaultedSpec(spec)));
}

/** Gives every Service an address, and ports on the nodes, that no other has. */
export function admittedService(service: Fields, before: Fields | undefined, { next }: Allocation): Fields {
  const withSpec = withPart(service, 'spec', (spec) =>
    spec === before?.['spec'] || spec['type'] === 'ExternalName' ? spec : allocatedSpec(spec, next),
  );
  return filled(withSpec, { status: Object.freeze({ loadBalancer: EMPTY }) });
}

function defaultedSpec(asked: Fields): Fields {
  const spec = withItems(filled(asked, { sessionAffinity: 'None', type: 'ClusterIP' }), 'ports', (port) =>
    filled(port, { protocol: 'TCP', targetPort: port['port'] }),
  );
  const { type } = spec;
  if (type === 'ExternalName') {
    return spec;
  }
  return filled(spec, {
    internalTrafficPolicy: 'Cluster',
    ...(type !== 'ClusterIP' && { externalTrafficPolicy: 'Cluster' }),
    ...(type === 'LoadBalancer' && { allocateLoadBalancerNodePorts: true }),
  });
}

function allocatedSpec(spec: Fields, next: () => number): Fields {
  const reachable = spec['type'] === 'ClusterIP' ? spec : withNodePorts(spec, next);
  const { clusterIP, selector } = reachable;
  if (clusterIP === undefined) {
    const number = next();
    return filled(reachable, inFamilies(`10.0.${Math.floor(number / 256) % 256}.${number % 256}`, 'IPv4'));
  }
  // without pods to find the families of, a headless Service is said to have all
  const families = clusterIP === 'None' && selector === undefined ? ['IPv4', 'IPv6'] : ['IPv4'];
  return filled(reachable, inFamilies(clusterIP, ...families));
}

function inFamilies(clusterIP: unknown, ...families: readonly string[]): Fields {
  return {
    clusterIP,
    clusterIPs: Object.freeze([clusterIP]),
    ipFamilies: Object.freeze(families),
    ipFamilyPolicy: families.length > 1 ? 'RequireDualStack' : 'SingleStack',
  };
}

function withNodePorts(spec: Fields, next: () => number): Fields {
  return isList(spec['ports'])
    ? withItems(spec, 'ports', (port) =>
        port['nodePort'] === undefined ? filled(port, { nodePort: FIRST_NODE_PORT + next() }) : port,
      )
    : spec;
}
