import { clusterDigits } from './ids.ts';
import type { ClusterIdentity, Pool, State, Vm } from './model.ts';
import { NODE_IMAGE_VERSION } from './pool-resource.ts';
import type { VmSize } from './vm-sizes.ts';

const SUFFIX_LENGTH = 6;
const FIRST_HOST = 4;

/** The scale set's name depends on pool and cluster alone: a pool made again gets the same. */
export function scaleSetName(cluster: ClusterIdentity, poolName: string): string {
  return `aks-${poolName}-${clusterDigits(cluster)}-vmss`;
}

export function instanceId(cluster: ClusterIdentity, poolName: string, index: number): string {
  return `/subscriptions/${cluster.subscriptionId}/resourceGroups/${cluster.nodeResourceGroup}/providers/Microsoft.Compute/virtualMachineScaleSets/${scaleSetName(cluster, poolName)}/virtualMachines/${index}`;
}

export interface NewVm {
  readonly pool: Pool;
  readonly size: VmSize;
  readonly index: number;
  readonly zone?: string;
  readonly createdAt: string;
  readonly nodeReadyAt?: string;
  /** A number that no other VM has. */
  readonly serial: number;
}

export function newVm(state: State, vm: NewVm): Vm {
  const { cluster } = state;
  const { pool, size, index, zone } = vm;
  const name = `${scaleSetName(cluster, pool.name)}${index.toString(36).padStart(SUFFIX_LENGTH, '0')}`;
  const host = FIRST_HOST + vm.serial;
  return {
    name,
    providerId: `azure://${instanceId({ ...cluster, nodeResourceGroup: cluster.nodeResourceGroup.toLowerCase() }, pool.name, index)}`,
    pool: pool.name,
    vmSize: size.name,
    index,
    state: 'Booting',
    createdAt: vm.createdAt,
    labels: nodeLabels(state, vm, name),
    taints: pool.properties.nodeTaints ?? [],
    gpuCount: size.gpus,
    cpu: size.vcpus,
    memoryGiB: size.memoryGiB,
    osDiskSizeGiB: pool.properties.osDiskSizeGB ?? 0,
    ipAddress: `10.224.${Math.floor(host / 256) % 256}.${host % 256}`,
    ...(zone === undefined ? {} : { zone }),
    mode: pool.properties.mode ?? 'User',
    isSpot: pool.properties.scaleSetPriority === 'Spot',
    ...(vm.nodeReadyAt === undefined ? {} : { nodeReadyAt: vm.nodeReadyAt }),
  };
}

/** What AKS, the cloud provider and the kubelet write on a Node; the pool's own labels come on top. */
export function nodeLabels(
  state: State,
  { pool, size, zone }: Pick<NewVm, 'pool' | 'size' | 'zone'>,
  hostname: string,
): Readonly<Record<string, string>> {
  const { location } = state.cluster;
  const zoneLabel = zone === undefined ? '0' : `${location}-${zone}`;
  return {
    'kubernetes.io/hostname': hostname,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/instance-type': size.name,
    'node.kubernetes.io/instance-type': size.name,
    'topology.kubernetes.io/region': location,
    'topology.kubernetes.io/zone': zoneLabel,
    'failure-domain.beta.kubernetes.io/region': location,
    'failure-domain.beta.kubernetes.io/zone': zoneLabel,
    'topology.disk.csi.azure.com/zone': zone === undefined ? '' : zoneLabel,
    ...aksLabels(state, pool, size),
    ...gpuLabels(state, size),
    ...pool.properties.nodeLabels,
  };
}

function aksLabels({ cluster }: State, pool: Pool, size: VmSize): Record<string, string> {
  const { osSKU = 'Ubuntu', osDiskType = 'Managed', mode = 'User' } = pool.properties;
  const storageTier = 'Premium_LRS';
  return {
    agentpool: pool.name,
    storageprofile: osDiskType.toLowerCase(),
    storagetier: storageTier,
    'kubernetes.azure.com/agentpool': pool.name,
    'kubernetes.azure.com/cluster': cluster.nodeResourceGroup,
    'kubernetes.azure.com/mode': mode.toLowerCase(),
    'kubernetes.azure.com/role': 'agent',
    'kubernetes.azure.com/os-sku': osSKU,
    'kubernetes.azure.com/os-sku-effective': osSKU === 'Ubuntu' ? 'Ubuntu2204' : osSKU,
    'kubernetes.azure.com/os-sku-requested': osSKU,
    'kubernetes.azure.com/node-image-version': NODE_IMAGE_VERSION,
    'kubernetes.azure.com/kubelet-identity-client-id': '00000000-0000-0000-0000-000000000000',
    'kubernetes.azure.com/storageprofile': osDiskType.toLowerCase(),
    'kubernetes.azure.com/storagetier': storageTier,
    'kubernetes.azure.com/consolidated-additional-properties': '00000000-0000-0000-0000-000000000000',
    'kubernetes.azure.com/nodepool-type': pool.properties.type ?? 'VirtualMachineScaleSets',
    'kubernetes.azure.com/localdns-state': 'disabled',
    'kubernetes.azure.com/sku-cpu': String(size.vcpus),
    'kubernetes.azure.com/sku-memory': String(Math.round(size.memoryGiB * 1024)),
  };
}

function gpuLabels({ settings }: State, size: VmSize): Record<string, string> {
  if (size.gpuVendor !== 'nvidia') {
    return {};
  }
  return {
    'kubernetes.azure.com/accelerator': 'nvidia',
    ...(settings.hasGpuLabel ? { accelerator: 'nvidia' } : {}),
  };
}
