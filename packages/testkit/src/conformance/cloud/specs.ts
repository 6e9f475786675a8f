import type { PoolRequest } from '../../cloud/stored-pool.ts';

export const A100 = 'Standard_NC24ads_A100_v4';
export const A100_FAMILY = 'StandardNCADSA100v4Family';

/** A pool as the provisioner asks for it. */
export function poolNamed(name: string, more: Partial<PoolRequest> = {}): PoolRequest {
  return {
    name,
    vmSize: A100,
    osDiskSizeGiB: 120,
    tags: { 'kaito-claim': name },
    nodeLabels: { 'kaito.sh/workspace': 'phi' },
    nodeTaints: ['sku=gpu:NoSchedule'],
    ...more,
  };
}
