import { quantityValue } from '@kaito/types';

import type { Workload } from './inference.ts';
import type { Release } from './presets.ts';
import { invalid } from './reading.ts';
import type { Problem } from './reading.ts';
import type { Resource } from './resource.ts';
import { findSize, hasNvidiaGpus } from './sizes.ts';
import type { Size } from './sizes.ts';

const GIB = 2 ** 30;
const PATH = 'resource.instanceType';

/**
 * Whether the published image would fit on these nodes; our own server takes what it gets and reports itself. Of nodes
 * that are brought nothing is known beforehand.
 */
export function capacityProblems({ count, instanceType, isBrought }: Resource, workload: Workload): readonly Problem[] {
  if (workload.kind !== 'released' || isBrought) {
    return [];
  }
  const { preset, release } = workload;
  if (release.isDistributed && release.gpus % count !== 0) {
    const message = `is ${count}, and ${preset.name} runs as ${release.gpus} processes, the same number on each node`;
    return [invalid('resource.count', message)];
  }
  const size = findSize(instanceType);
  if (size === undefined) {
    return hasNvidiaGpus(instanceType)
      ? []
      : [invalid(PATH, `${instanceType} has no GPU, and ${preset.name} needs one`)];
  }
  return shortages(size, count, release).map((shortage) =>
    invalid(PATH, `${instanceType} is too small for ${preset.name}: ${shortage}`),
  );
}

function shortages({ gpus, gpuMemoryGiB }: Size, count: number, release: Release): readonly string[] {
  const memory = gibibytes(release.memory);
  const memoryPerGpu = gibibytes(release.memoryPerGpu);
  return [
    ...(gpus * count < release.gpus ? [`it needs ${release.gpus} GPUs, and ${count} nodes have ${gpus * count}`] : []),
    ...(gpuMemoryGiB / gpus < memoryPerGpu
      ? [`it needs ${memoryPerGpu} GiB per GPU, and a GPU has ${gpuMemoryGiB / gpus}`]
      : []),
    ...(gpuMemoryGiB * count < memory
      ? [`it needs ${memory} GiB of GPU memory, and ${count} nodes have ${gpuMemoryGiB * count}`]
      : []),
  ];
}

function gibibytes(quantity: string): number {
  return (quantityValue(quantity) ?? 0) / GIB;
}
