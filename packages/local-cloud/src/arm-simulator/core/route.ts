const CLUSTER =
  '/subscriptions/{subscription}/resourcegroups/{group}/providers/microsoft.containerservice/managedclusters/{cluster}';
const OPERATIONS = '/subscriptions/{subscription}/providers/microsoft.containerservice/locations/{location}';
const COMPUTE = '/subscriptions/{subscription}/providers/microsoft.compute';
const SCALE_SET =
  '/subscriptions/{subscription}/resourcegroups/{group}/providers/microsoft.compute/virtualmachinescalesets/{scaleset}';

/** Path segments compare whatever their case; `{name}` takes any. */
const ROUTES = {
  GetCluster: ['GET', CLUSTER],
  ListPools: ['GET', `${CLUSTER}/agentpools`],
  GetPool: ['GET', `${CLUSTER}/agentpools/{pool}`],
  PutPool: ['PUT', `${CLUSTER}/agentpools/{pool}`],
  DeletePool: ['DELETE', `${CLUSTER}/agentpools/{pool}`],
  AbortPool: ['POST', `${CLUSTER}/agentpools/{pool}/abort`],
  DeleteMachines: ['POST', `${CLUSTER}/agentpools/{pool}/deletemachines`],
  ListMachines: ['GET', `${CLUSTER}/agentpools/{pool}/machines`],
  GetMachine: ['GET', `${CLUSTER}/agentpools/{pool}/machines/{machine}`],
  GetOperation: ['GET', `${OPERATIONS}/operations/{operation}`],
  GetOperationStatus: ['GET', `${OPERATIONS}/operationstatus/{operation}`],
  GetOperationResult: ['GET', `${OPERATIONS}/operationresults/{operation}`],
  ListSkus: ['GET', `${COMPUTE}/skus`],
  ListUsages: ['GET', `${COMPUTE}/locations/{location}/usages`],
  ListInstances: ['GET', `${SCALE_SET}/virtualmachines`],
  GetInstance: ['GET', `${SCALE_SET}/virtualmachines/{instance}`],
} as const;

export type RouteName = keyof typeof ROUTES;

export const ROUTE_NAMES: readonly RouteName[] = Object.keys(ROUTES).filter(isRouteName);

export interface Route {
  readonly name: RouteName;
  readonly parameters: Readonly<Record<string, string>>;
}

/** `wrongMethod`: the path exists, but not with this method. */
export type RouteMatch =
  { readonly kind: 'route'; readonly route: Route } | { readonly kind: 'wrongMethod' } | { readonly kind: 'none' };

export function findRoute(method: string, path: string): RouteMatch {
  const segments = path.split('/').map(decoded);
  const matches = ROUTE_NAMES.flatMap((name) => {
    const parameters = parametersOf(ROUTES[name][1].split('/'), segments);
    return parameters === undefined ? [] : [{ name, parameters }];
  });
  const route = matches.find(({ name }) => ROUTES[name][0] === method);
  if (route !== undefined) {
    return { kind: 'route', route };
  }
  return { kind: matches.length > 0 ? 'wrongMethod' : 'none' };
}

function parametersOf(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) {
    return undefined;
  }
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (expected.startsWith('{') && segment !== '') {
      parameters[expected.slice(1, -1)] = segment;
    } else if (expected !== segment.toLowerCase()) {
      return undefined;
    }
  }
  return parameters;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function isRouteName(text: string): text is RouteName {
  return Object.hasOwn(ROUTES, text);
}
