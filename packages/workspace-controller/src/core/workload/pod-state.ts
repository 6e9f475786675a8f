import type { Pod } from '@kaito/types';

export function isOnGoneNode({ spec: { nodeName } }: Pod, goneNodes: readonly string[]): boolean {
  return nodeName !== undefined && goneNodes.includes(nodeName);
}

export function isPodReady({ status }: Pod): boolean {
  return status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;
}
