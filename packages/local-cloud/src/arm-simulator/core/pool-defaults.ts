import type { ClusterIdentity } from './model.ts';
import { SPOT_LABEL, SPOT_TAINT } from './pool-request.ts';
import type { PoolProperties } from './pool-request.ts';
import { findVmSize } from './vm-sizes.ts';

const DEFAULT_DISK_GIB = 128;
const LABEL_VALUE = 'spot';

/** The request with the blanks filled in as AKS does: what the pool then says of itself. */
export function withDefaults(requested: PoolProperties, cluster: ClusterIdentity): PoolProperties {
  const { scaleSetPriority, orchestratorVersion, ...rest } = requested;
  return {
    type: 'VirtualMachineScaleSets',
    mode: 'User',
    osType: 'Linux',
    osSKU: 'Ubuntu',
    maxPods: 110,
    kubeletDiskType: 'OS',
    enableAutoScaling: false,
    enableNodePublicIP: false,
    enableEncryptionAtHost: false,
    enableUltraSSD: false,
    enableFIPS: false,
    scaleDownMode: 'Delete',
    workloadRuntime: 'OCIContainer',
    upgradeSettings: { maxSurge: '10%' },
    ...rest,
    ...machines(rest),
    ...disk(rest),
    orchestratorVersion:
      orchestratorVersion === undefined || orchestratorVersion === '' ? cluster.kubernetesVersion : orchestratorVersion,
    ...(scaleSetPriority === 'Spot' ? spot(rest) : {}),
  };
}

function machines(requested: PoolProperties): Partial<PoolProperties> {
  if (requested.type === 'VirtualMachines') {
    return {};
  }
  const size = findVmSize(requested.vmSize ?? '');
  return { count: requested.count ?? 1, ...(size === undefined ? {} : { vmSize: size.name }) };
}

function disk({ osDiskSizeGB, osDiskType, vmSize }: PoolProperties): Partial<PoolProperties> {
  const sizeGiB = osDiskSizeGB === undefined || osDiskSizeGB === 0 ? DEFAULT_DISK_GIB : osDiskSizeGB;
  const localDiskGiB = findVmSize(vmSize ?? '')?.localDiskGiB ?? 0;
  return { osDiskSizeGB: sizeGiB, osDiskType: osDiskType ?? (localDiskGiB >= sizeGiB ? 'Ephemeral' : 'Managed') };
}

function spot(requested: PoolProperties): Partial<PoolProperties> {
  const taints = requested.nodeTaints ?? [];
  return {
    scaleSetPriority: 'Spot',
    scaleSetEvictionPolicy: requested.scaleSetEvictionPolicy ?? 'Delete',
    spotMaxPrice: requested.spotMaxPrice ?? -1,
    nodeLabels: { ...requested.nodeLabels, [SPOT_LABEL]: LABEL_VALUE },
    nodeTaints: taints.includes(SPOT_TAINT) ? taints : [...taints, SPOT_TAINT],
  };
}
