import { labels, quantityValue } from '@kaito/types';
import type { Node } from '@kaito/types';

const GPU = 'nvidia.com/gpu';

/** The GPUs that pods can have there: what the device plugin has reported. */
export function gpusOf({ status }: Node): number {
  return quantityValue(status.allocatable?.[GPU] ?? 0) ?? 0;
}

/** Whether it has NVIDIA GPUs, by its device plugin, or, before that runs, by GPU feature discovery or its label. */
export function showsGpus(node: Node): boolean {
  const { labels: own = {} } = node.metadata;
  return (
    gpusOf(node) > 0 ||
    Number(own[`${GPU}.count`] ?? 0) > 0 ||
    own[`${GPU}.present`] === 'true' ||
    own[`${GPU}.product`] !== undefined ||
    own[labels.accelerator] === 'nvidia'
  );
}

/** How many GPUs each pod can have on every one of these nodes; undefined before any shows how many it has. */
export function gpusOnEach(nodes: readonly Node[]): number | undefined {
  const shown = nodes.map(gpusOf).filter((gpus) => gpus > 0);
  return shown.length === 0 ? undefined : Math.min(...shown);
}
