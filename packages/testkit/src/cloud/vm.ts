import type { VmSize } from './vm-sizes.ts';

/** A VM of a pool, as the cluster gets to see it. */
export interface Vm {
  /** No other VM ever has it, unlike the provider ID. */
  readonly id: string;
  readonly pool: string;
  readonly vmSize: string;
  /** What AKS, the cloud provider and the kubelet write on its Node. */
  readonly labels: Readonly<Record<string, string>>;
  /** Each `key=value:Effect`. */
  readonly taints: readonly string[];
  readonly gpus: number;
  /** A pool made again gives its VM the same. */
  readonly providerId: string;
  readonly nodeName: string;
}

/** The VMs whose kubelets may register. */
export interface VmSource {
  vms(): readonly Vm[];
  /** Running or not: as the cloud's controller asks before it deletes a Node. */
  exists(providerId: string): boolean;
  onChange(listener: () => void): void;
}

const CLUSTER_DIGITS = '12345678';
const NODE_GROUP = 'MC_kaito-local_local_eastus';
const REGION = 'eastus';

export function makeVm(pool: {
  readonly id: string;
  readonly name: string;
  readonly size: VmSize;
  readonly zone: string | undefined;
  readonly nodeLabels: Readonly<Record<string, string>>;
  readonly nodeTaints: readonly string[];
}): Vm {
  const { id, name, nodeLabels, nodeTaints, size, zone } = pool;
  const scaleSet = `aks-${name}-${CLUSTER_DIGITS}-vmss`;
  const nodeName = `${scaleSet}000000`;
  return {
    id,
    pool: name,
    vmSize: size.name,
    gpus: size.gpus,
    nodeName,
    providerId: `azure:///subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/${NODE_GROUP.toLowerCase()}/providers/Microsoft.Compute/virtualMachineScaleSets/${scaleSet}/virtualMachines/0`,
    labels: {
      agentpool: name,
      'kubernetes.azure.com/agentpool': name,
      'kubernetes.azure.com/cluster': NODE_GROUP,
      'kubernetes.azure.com/role': 'agent',
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/hostname': nodeName,
      'kubernetes.io/os': 'linux',
      'node.kubernetes.io/instance-type': size.name,
      'topology.kubernetes.io/region': REGION,
      'topology.kubernetes.io/zone': zone === undefined ? '0' : `${REGION}-${zone}`,
      ...(size.gpus > 0 && { 'kubernetes.azure.com/accelerator': 'nvidia' }),
      ...nodeLabels,
    },
    taints: nodeTaints,
  };
}
