import type { AgentPool as AzureAgentPool } from '@azure/arm-containerservice/models';
import * as z from 'zod';

import type { AgentPool, AgentPoolSpec, CloudFailure, PoolPhase } from '../../core/pools/cloud.ts';
import { provisioningError } from './azure-error.ts';
import { cloudFailure } from './errors.ts';

/** Every state that AKS reports and that is not one of these is an operation on an existing pool. */
const PHASES: Readonly<Record<string, PoolPhase>> = {
  creating: 'Creating',
  succeeded: 'Ready',
  deleting: 'Deleting',
  canceling: 'Canceling',
  canceled: 'Canceled',
  failed: 'Failed',
};

/** A pool of one Linux VM, as ARM wants it described. */
export function toAzure(spec: AgentPoolSpec): AzureAgentPool {
  const { nodeLabels, nodeTaints, osDiskSizeGiB, osSku, tags, vmSize, zones = [] } = spec;
  return {
    vmSize,
    count: 1,
    mode: 'User',
    typePropertiesType: 'VirtualMachineScaleSets',
    osType: 'Linux',
    osDiskSizeGB: osDiskSizeGiB,
    tags: { ...tags },
    nodeLabels: { ...nodeLabels },
    nodeTaints: [...nodeTaints],
    ...(osSku !== undefined && { osSKU: osSku }),
    ...(zones.length > 0 && { availabilityZones: [...zones] }),
    ...(spec.capacityType === 'spot' && SPOT),
  };
}

/** At whatever price, up to that of on-demand; an evicted VM goes for good, and its claim with it. */
const SPOT = { scaleSetPriority: 'Spot', spotMaxPrice: -1, scaleSetEvictionPolicy: 'Delete' } as const;

export function fromAzure(pool: AzureAgentPool): AgentPool {
  const { name = '', nodeLabels = {}, provisioningState = '', tags = {}, vmSize = '' } = pool;
  const phase = PHASES[provisioningState.toLowerCase()] ?? 'Changing';
  return { name, phase, vmSize, tags, nodeLabels, ...placed(pool), ...told(pool, phase) };
}

function placed({ availabilityZones, powerState, scaleSetPriority }: AzureAgentPool): Partial<AgentPool> {
  return {
    ...(scaleSetPriority === 'Spot' && { capacityType: 'spot' }),
    ...(availabilityZones !== undefined && availabilityZones.length > 0 && { zones: availabilityZones }),
    ...(powerState?.code === 'Stopped' && { isStopped: true }),
  };
}

/** What AKS does not always tell. */
function told(pool: AzureAgentPool, phase: PoolPhase): Pick<AgentPool, 'etag' | 'failure'> {
  const isFailed = phase === 'Failed' || phase === 'Canceled';
  return { ...(pool.eTag !== undefined && { etag: pool.eTag }), ...(isFailed && { failure: failureOf(pool) }) };
}

const Accepted = z.object({ properties: z.object({ eTag: z.string() }) });

/** Of a pool as ARM shows it in the answer to its PUT, which the SDK hands on only when the operation has ended. */
export function etagOf(body: string | null | undefined): string | undefined {
  try {
    return Accepted.safeParse(JSON.parse(body ?? '')).data?.properties.eTag;
  } catch {
    return undefined;
  }
}

function failureOf({ provisioningState = '', status }: AzureAgentPool): CloudFailure {
  const detail = status?.provisioningError;
  return detail === undefined
    ? { kind: 'Transient', code: provisioningState, message: 'Azure does not say why' }
    : cloudFailure(provisioningError(detail));
}
