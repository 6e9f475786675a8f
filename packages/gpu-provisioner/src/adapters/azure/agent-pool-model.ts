import type { AgentPool as AzureAgentPool } from '@azure/arm-containerservice/models';

import type { AgentPool, AgentPoolSpec, CloudFailure, PoolPhase } from '../../core/cloud.ts';
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
export function toAzure({ nodeLabels, nodeTaints, osDiskSizeGiB, tags, vmSize }: AgentPoolSpec): AzureAgentPool {
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
  };
}

export function fromAzure(pool: AzureAgentPool): AgentPool {
  const { name = '', nodeLabels = {}, provisioningState = '', tags = {}, vmSize = '' } = pool;
  const phase = PHASES[provisioningState.toLowerCase()] ?? 'Changing';
  const failure = phase === 'Failed' || phase === 'Canceled' ? failureOf(pool) : undefined;
  return { name, phase, vmSize, tags, nodeLabels, ...(failure !== undefined && { failure }) };
}

function failureOf({ provisioningState = '', status }: AzureAgentPool): CloudFailure {
  const detail = status?.provisioningError;
  return detail === undefined
    ? { kind: 'Transient', code: provisioningState, message: 'Azure does not say why' }
    : cloudFailure(provisioningError(detail));
}
