import type { Json } from '../src/arm-simulator/core/call.ts';
import { advance } from '../src/arm-simulator/core/advance.ts';
import { parseFaults, takeEffects } from '../src/arm-simulator/core/faults.ts';
import type { FaultRequest } from '../src/arm-simulator/core/faults.ts';
import { handle } from '../src/arm-simulator/core/handle.ts';
import { initialState, SYSTEM_POOL } from '../src/arm-simulator/core/initial-state.ts';
import type { ClusterIdentity, Pool, State, Vm } from '../src/arm-simulator/core/model.ts';
import { vmsOf } from '../src/arm-simulator/core/model.ts';
import { findRoute } from '../src/arm-simulator/core/route.ts';
import { settingsSchema } from '../src/arm-simulator/core/settings.ts';
import type { SettingsPatch } from '../src/arm-simulator/core/settings.ts';

const START_MS = Date.parse('2030-01-01T00:00:00Z');
export const ORIGIN = 'https://arm.example';
export const A100 = 'Standard_NC24ads_A100_v4';

export const CLUSTER: ClusterIdentity = {
  subscriptionId: '00000000-0000-0000-0000-000000000000',
  resourceGroup: 'rg1',
  clusterName: 'clustername1',
  location: 'eastus',
  nodeResourceGroup: 'MC_rg1_clustername1_eastus',
  kubernetesVersion: '1.36.3',
};

export interface RequestOptions {
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Absent: a good one; undefined given: none. */
  readonly audience?: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, Json>;
  /** `error.code` of the body. */
  readonly code: string | undefined;
  readonly message: string | undefined;
}

/** The core with a time that moves when told; one second of it is one second of the cloud. */
export class SimulatedArm {
  state: State;
  nowMs = START_MS;

  constructor(settings: SettingsPatch = {}, cluster: ClusterIdentity = CLUSTER) {
    this.state = initialState({
      cluster,
      settings: settingsSchema.parse({ scale: 1, isThrottled: false, ...settings }),
      seed: 'test',
      pools: [SYSTEM_POOL],
      nowMs: START_MS,
    });
  }

  get clusterPath(): string {
    const { subscriptionId, resourceGroup, clusterName } = this.state.cluster;
    return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${clusterName}`;
  }

  set(settings: SettingsPatch): void {
    this.state = { ...this.state, settings: settingsSchema.parse({ ...this.state.settings, ...settings }) };
  }

  inject(fault: FaultRequest): void {
    const armed = parseFaults(fault).map((one, index) => ({ ...one, id: `f${index}`, seen: 0, fired: 0 }));
    this.state = { ...this.state, faults: [...this.state.faults, ...armed] };
  }

  pass(seconds: number): void {
    this.nowMs += seconds * 1000;
    this.state = advance(this.state, this.nowMs);
  }

  request(method: string, path: string, options: RequestOptions = {}): Answer {
    const { audience = 'https://management.azure.com/', query, ...rest } = options;
    const target = targetOf(method, path);
    const { faults, effects } = takeEffects(this.state.faults, target);
    const turn = handle(
      { ...this.state, faults },
      {
        method,
        path,
        query: new URLSearchParams(query ?? { 'api-version': '2026-06-01' }),
        origin: ORIGIN,
        ...rest,
        ...('audience' in options && options.audience === undefined
          ? {}
          : { principal: { audience, expiresAtMs: START_MS + 86_400_000 } }),
      },
      effects,
      this.nowMs,
    );
    this.state = turn.state;
    const body = recordOf(turn.reply.body);
    const error = recordOf(body['error']);
    return {
      status: turn.reply.status,
      headers: turn.reply.headers,
      body,
      code: textOf(error['code']),
      message: textOf(error['message']),
    };
  }

  put(name: string, properties: Readonly<Record<string, unknown>> = {}, options: RequestOptions = {}): Answer {
    const body = { properties: { vmSize: A100, count: 1, ...properties } };
    return this.request('PUT', `${this.clusterPath}/agentPools/${name}`, { body, ...options });
  }

  get(name: string): Answer {
    return this.request('GET', `${this.clusterPath}/agentPools/${name}`);
  }

  list(): readonly string[] {
    const { value } = this.request('GET', `${this.clusterPath}/agentPools`).body;
    return Array.isArray(value) ? value.map((pool: Json) => textOf(recordOf(pool)['name']) ?? '') : [];
  }

  delete(name: string, options: RequestOptions = {}): Answer {
    return this.request('DELETE', `${this.clusterPath}/agentPools/${name}`, options);
  }

  abort(name: string): Answer {
    return this.request('POST', `${this.clusterPath}/agentPools/${name}/abort`);
  }

  /** Follows an address that an answer gave. */
  follow(address: string | undefined): Answer {
    const url = new URL(address ?? '');
    return this.request('GET', url.pathname, { query: Object.fromEntries(url.searchParams) });
  }

  pool(name: string): Pool | undefined {
    return this.state.pools.get(name);
  }

  /** `provisioningState` as GET shows it; undefined when the pool is gone. */
  stateOf(name: string): string | undefined {
    return textOf(recordOf(this.get(name).body['properties'])['provisioningState']);
  }

  vms(pool: string): readonly Vm[] {
    return vmsOf(this.state, pool);
  }
}

function recordOf(value: Json): Record<string, Json> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function textOf(value: Json): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function targetOf(method: string, path: string): { route: string; method: string; pool?: string } {
  const match = findRoute(method, path);
  if (match.kind !== 'route') {
    return { route: '', method };
  }
  const { pool } = match.route.parameters;
  return { route: match.route.name, method, ...(pool === undefined ? {} : { pool }) };
}
