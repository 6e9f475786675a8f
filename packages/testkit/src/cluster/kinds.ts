import type { ResourceType } from '@kaito/controller-runtime';

export { deployments, nodes, pods } from '@kaito/types';

export const replicaSets: ResourceType = {
  group: 'apps',
  version: 'v1',
  plural: 'replicasets',
  kind: 'ReplicaSet',
  isNamespaced: true,
};

export const statefulSets: ResourceType = {
  group: 'apps',
  version: 'v1',
  plural: 'statefulsets',
  kind: 'StatefulSet',
  isNamespaced: true,
};

export const jobs: ResourceType = { group: 'batch', version: 'v1', plural: 'jobs', kind: 'Job', isNamespaced: true };

export const disruptionBudgets: ResourceType = {
  group: 'policy',
  version: 'v1',
  plural: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
  isNamespaced: true,
};
