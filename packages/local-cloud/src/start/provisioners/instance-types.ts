import { VM_SIZES } from '../../arm-simulator/core/vm-sizes.ts';
import type { VmSize } from '../../arm-simulator/core/vm-sizes.ts';

/** The sizes of the simulated Azure in the form that karpenter's kwok provider reads. */
export function instanceTypes(): readonly object[] {
  return VM_SIZES.map(instanceType);
}

function instanceType({ name, vcpus, memoryGiB, gpus, gpuVendor, localDiskGiB }: VmSize): object {
  return {
    name,
    architecture: 'amd64',
    operatingSystems: ['linux'],
    resources: {
      cpu: String(vcpus),
      memory: `${memoryGiB * 1024}Mi`,
      'ephemeral-storage': `${Math.max(localDiskGiB, OS_DISK_GIB)}Gi`,
      pods: '110',
      ...(gpus > 0 && { [gpuVendor === 'amd' ? 'amd.com/gpu' : 'nvidia.com/gpu']: String(gpus) }),
    },
    offerings: [
      {
        Price: vcpus, // kwok wants one; nothing is compared
        Available: true,
        Requirements: [
          { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['on-demand'] },
          { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['kwok-zone-1'] },
        ],
      },
    ],
  };
}

const OS_DISK_GIB = 128;
