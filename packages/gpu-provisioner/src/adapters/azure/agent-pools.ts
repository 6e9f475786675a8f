import { createContainerService } from '@azure/arm-containerservice/api';
import { $delete, abortLatestOperation, createOrUpdate, get, list } from '@azure/arm-containerservice/api/agentPools';

import type { AgentPool, AgentPools, AgentPoolSpec } from '../../core/pools/cloud.ts';
import { etagOf, fromAzure, toAzure } from './agent-pool-model.ts';
import { call, clientOptions } from './call.ts';
import type { ArmOptions } from './call.ts';

export interface AzureOptions extends ArmOptions {
  readonly resourceGroup: string;
  readonly clusterName: string;
}

/** The agent pools of one AKS cluster, through Azure's own SDK. */
export function azureAgentPools(options: AzureOptions): AgentPools {
  const { clusterName, resourceGroup } = options;
  const client = createContainerService(options.credential, options.subscriptionId, clientOptions(options));
  const at = [client, resourceGroup, clusterName] as const;
  // An operation's poller is dropped once its first request is answered: the pool itself shows how it goes on.
  return {
    create: async (spec, signal) =>
      call({ ...options, signal }, async (seen, answered) => {
        await createOrUpdate(...at, spec.name, toAzure(spec), { ...seen, ifNoneMatch: '*' }).submitted();
        return accepted(spec, etagOf(answered()?.body));
      }),
    delete: async ({ etag, name }, signal) =>
      call<'accepted' | 'absent'>({ ...options, signal, ifGone: 'absent' }, async (seen, answered) => {
        const condition = etag === undefined ? {} : { ifMatch: etag };
        await $delete(...at, name, { ...seen, ...condition, ignorePodDisruptionBudget: true }).submitted();
        return answered()?.status === 204 ? 'absent' : 'accepted';
      }),
    abort: async (name, signal) =>
      call({ ...options, signal }, async (seen) => {
        await abortLatestOperation(...at, name, seen).submitted();
        return 'accepted' as const;
      }),
    get: async (name, signal) =>
      call<AgentPool | undefined>({ ...options, signal, ifGone: undefined }, async (seen) =>
        fromAzure(await get(...at, name, seen)),
      ),
    list: async (signal) =>
      call({ ...options, signal }, async (seen) => {
        const pools: AgentPool[] = [];
        for await (const pool of list(...at, seen)) {
          pools.push(fromAzure(pool));
        }
        return pools;
      }),
  };
}

/** What an accepted create makes, until the cloud is asked for it. */
function accepted(spec: AgentPoolSpec, etag: string | undefined): AgentPool {
  const { capacityType, name, nodeLabels, tags, vmSize, zones = [] } = spec;
  return {
    name,
    phase: 'Creating',
    vmSize,
    tags,
    nodeLabels,
    ...(capacityType === 'spot' && { capacityType }),
    ...(zones.length > 0 && { zones }),
    ...(etag !== undefined && { etag }),
  };
}
