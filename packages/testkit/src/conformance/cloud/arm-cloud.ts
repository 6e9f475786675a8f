import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';

import { systemClock } from '@kaito/controller-runtime';
import type { AgentPools, Compute } from '@kaito/gpu-provisioner';
import type { ArmSimulator, FaultRequest, SettingsPatch } from '@kaito/local-cloud';
import * as z from 'zod';

import type { CloudDriver, CloudTerms, SeenVm, Trouble } from './cloud-driver.ts';
import { controlSimulator } from './simulator-control.ts';

/** One second of the cloud takes so many: a pool is there after 0.14 s. */
const TIME_SCALE = 0.001;
const POLL_MS = 5;
const DEADLINE_MS = 60_000;
const FOR_EVER_SECONDS = 1_000_000;

const PoolList = z.object({ pools: z.array(z.object({ name: z.string(), provisioningState: z.string() })) });
const VmList = z.object({
  vms: z.array(
    z.object({
      name: z.string(),
      pool: z.string(),
      vmSize: z.string(),
      gpuCount: z.int(),
      providerId: z.string(),
      state: z.string(),
      labels: z.record(z.string(), z.string()),
      taints: z.array(z.string()),
    }),
  ),
});

export interface ArmCloud extends CloudDriver {
  stop(): Promise<void>;
}

/** The ARM simulator behind the provisioner's own adapter and Azure's SDK. */
export async function armCloud(): Promise<ArmCloud> {
  const { startArmSimulator } = await import('@kaito/local-cloud'); // SDKs and servers load only where they are used
  const directory = await mkdtemp(path.join(tmpdir(), 'kaito-arm-'));
  const simulator = await startArmSimulator({ scale: TIME_SCALE });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), simulator.caPem]);
  const { compute, pools } = await connect(simulator, directory);
  const { signal } = new AbortController();
  return {
    ...besides(simulator),
    create: async (spec) => pools.create(spec, signal),
    delete: async (pool) => pools.delete(pool, signal),
    abort: async (name) => pools.abort(name, signal),
    get: async (name) => pools.get(name, signal),
    list: async () => pools.list(signal),
    skus: async () => compute.skus(signal),
    usages: async () => compute.usages(signal),
    stop: async () => {
      await simulator.close();
      await rm(directory, { recursive: true });
    },
  };
}

async function connect(
  simulator: ArmSimulator,
  directory: string,
): Promise<{ readonly pools: AgentPools; readonly compute: Compute }> {
  const { azureAgentPools, azureCompute, azureIdentity } = await import('@kaito/gpu-provisioner/azure');
  const tokenFile = path.join(directory, 'token');
  await writeFile(tokenFile, 'header.payload.signature');
  const { clusterName, location, resourceGroup, subscriptionId } = simulator.cluster;
  const options = {
    endpoint: simulator.endpoint,
    scope: 'https://management.azure.com/.default',
    subscriptionId,
    requestTimeoutMs: DEADLINE_MS,
    clock: systemClock,
    credential: azureIdentity({
      tenantId: '00000000-0000-0000-0000-000000000001',
      clientId: '00000000-0000-0000-0000-000000000002',
      tokenFile,
      authorityHost: simulator.endpoint,
    }),
  };
  return {
    pools: azureAgentPools({ ...options, resourceGroup, clusterName }),
    compute: azureCompute({ ...options, location }),
  };
}

/** What a scenario does to the cloud otherwise than through the port. */
function besides(simulator: ArmSimulator): Omit<CloudDriver, keyof AgentPools | keyof Compute> {
  const control = async (...call: Tail<Parameters<typeof controlSimulator>>): Promise<unknown> =>
    controlSimulator(simulator, ...call);
  const vms = async (): Promise<readonly (SeenVm & { readonly isRunning: boolean })[]> =>
    VmList.parse(await control('GET', '/vms'))
      .vms.filter(({ pool }) => pool !== 'system')
      .map(({ gpuCount, name, state, ...vm }) => ({
        ...vm,
        gpus: gpuCount,
        nodeName: name,
        isRunning: state === 'Running',
      }));
  const fault = async (request: FaultRequest): Promise<void> => {
    await control('POST', '/faults', request);
  };
  return {
    change: async (terms) => {
      await control('PATCH', '/settings', settingsOf(terms));
      for (const route of terms.isComputePermitted === false ? COMPUTE_ROUTES : []) {
        await fault({ on: { route }, times: null, effect: { kind: 'answer', error: { id: 'authz' } } });
      }
    },
    stickNext: async (verb) =>
      fault({ on: { method: METHODS[verb] }, effect: { kind: 'stickOperation', pool: 'sticks' } }),
    cutNext: async (verb, when) => fault({ on: { method: METHODS[verb] }, effect: { kind: 'cut', when } }),
    order: async (trouble) => fault(FAULTS[trouble]),
    addPool: async ({ name, nodeLabels, nodeTaints, tags, vmSize }) => {
      const properties = { mode: 'User', count: 1, vmSize, tags, nodeLabels, nodeTaints };
      await control('PUT', `/pools/${name}`, { properties });
    },
    removePool: async (name) => {
      await control('DELETE', `/pools/${name}`);
    },
    removeVm: async (pool) => {
      const vm = (await vms()).find((one) => one.pool === pool);
      await control('DELETE', `/vms/${vm?.nodeName ?? ''}`);
    },
    switchCluster: async (to) => {
      await control('PATCH', '/cluster', { state: to });
    },
    vms: async () => (await vms()).filter(({ isRunning }) => isRunning),
    until: async (name, phase) =>
      until(async () => {
        const { pools } = PoolList.parse(await control('GET', '/pools'));
        const state = pools.find((pool) => pool.name === name)?.provisioningState ?? 'Gone';
        return state === (phase === 'Ready' ? 'Succeeded' : phase);
      }, `${name} ${phase}`),
    untilVm: async (pool, state) =>
      until(async () => {
        const isThere = (await vms()).some((vm) => vm.pool === pool && vm.isRunning);
        return isThere === (state === 'running');
      }, `VM of ${pool} ${state}`),
  };
}

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer R] ? R : never;

const COMPUTE_ROUTES = ['ListSkus', 'ListUsages'] as const;

const METHODS = { create: 'PUT', delete: 'DELETE' } as const;

const FAULTS: Readonly<Record<Trouble, FaultRequest>> = {
  throttled: {
    on: { method: 'PUT' },
    effect: { kind: 'answer', error: { id: 'throttle-aks' }, headers: { 'retry-after': '17' } },
  },
  'creation-fails': {
    on: { method: 'PUT' },
    effect: { kind: 'failOperation', error: { id: 'allocation-failed' } },
  },
  'creation-fails-with-vm': {
    on: { method: 'PUT' },
    effect: { kind: 'failOperation', error: { id: 'allocation-failed' }, leavesVms: true },
  },
  'deletion-fails': {
    on: { method: 'DELETE' },
    effect: { kind: 'failOperation', error: { id: 'delete-vmss' } },
  },
};

function settingsOf(terms: CloudTerms): SettingsPatch {
  const { abortsForEver, concurrency, inRealTime, listsFromTheBeginning } = terms;
  return {
    ...limitsOf(terms),
    ...refusalsOf(terms),
    ...(concurrency !== undefined && { concurrency }),
    ...(abortsForEver === true && { abortSeconds: FOR_EVER_SECONDS }),
    ...(listsFromTheBeginning === true && { listLagSeconds: FOR_EVER_SECONDS }),
    ...(inRealTime === true && { scale: 1 }),
    ...regionOf(terms),
  };
}

function regionOf({ unavailableSizes, unavailableZones, zones }: CloudTerms): SettingsPatch {
  const closed: Record<string, string[]> = {};
  for (const [size, names] of Object.entries(unavailableZones ?? {})) {
    closed[size] = [...names];
  }
  return {
    ...(unavailableSizes !== undefined && { unavailableSizes: [...unavailableSizes] }),
    ...(unavailableZones !== undefined && { unavailableZones: closed }),
    ...(zones !== undefined && { zones: [...zones] }),
  };
}

function limitsOf({ capacity, capacityToldBy, quotaToldBy, quotas }: CloudTerms): SettingsPatch {
  return {
    ...(quotas !== undefined && { quotas }),
    ...(quotaToldBy !== undefined && { quotaProblem: told(quotaToldBy) }),
    ...(capacity !== undefined && { capacity }),
    ...(capacityToldBy !== undefined && { capacityProblem: told(capacityToldBy) }),
  };
}

function refusalsOf({ abortWhenOver, mustAbort }: CloudTerms): SettingsPatch {
  return {
    ...(mustAbort !== undefined && { deleteDuringOperation: mustAbort ? 'conflict' : 'accept' }),
    ...(abortWhenOver !== undefined && { abortWhenOver: abortWhenOver === 'accepted' ? 'noContent' : 'conflict' }),
  };
}

function told(by: 'create' | 'operation'): 'put' | 'operation' {
  return by === 'create' ? 'put' : 'operation';
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) {
      throw new Error(`not within ${DEADLINE_MS / 1000} s: ${what}`);
    }
    await sleep(POLL_MS);
  }
}
