import { labels } from '@kaito/types';
import type { NodeSelectorRequirement } from '@kaito/types';

import { CLOUD_NODE_CLASSES, KAITO_NODE_CLASS } from './node-class.ts';
import type { NodeClassRef } from './node-class.ts';

/** Labels by which Karpenter's providers choose a size. */
const SKU_NAME = 'karpenter.azure.com/sku-name';
const GPU_COUNT = 'karpenter.k8s.aws/instance-gpu-count';

export function isIn(key: string, value: string): NodeSelectorRequirement {
  return { key, operator: 'In', values: [value] };
}

/** Requirements of the configuration, in the order of their keys, so that the same ones make the same manifest. */
export function configuredRequirements(
  configured: Readonly<Record<string, string>> = {},
): readonly NodeSelectorRequirement[] {
  return Object.entries(configured)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => isIn(key, value));
}

/** What a claim must say besides the size for the provider of the class to find it. */
export function classRequirements({ group }: NodeClassRef, instanceType: string): readonly NodeSelectorRequirement[] {
  switch (group) {
    case KAITO_NODE_CLASS.group:
    case CLOUD_NODE_CLASSES.azure.group:
      return [isIn(SKU_NAME, instanceType)];
    case CLOUD_NODE_CLASSES.aws.group:
      return [{ key: GPU_COUNT, operator: 'Gt', values: ['0'] }];
    default:
      return [];
  }
}

/** Of every node: the system that our images are made for. */
export const LINUX = isIn(labels.os, 'linux');
