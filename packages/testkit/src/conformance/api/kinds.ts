import type { ResourceType } from '@kaito/controller-runtime';

const core = (plural: string, kind: string): ResourceType => ({
  group: '',
  version: 'v1',
  plural,
  kind,
  isNamespaced: true,
});
const apps = (plural: string, kind: string): ResourceType => ({ ...core(plural, kind), group: 'apps' });

/** What the scenarios write. */
export const kinds = {
  configMaps: core('configmaps', 'ConfigMap'),
  secrets: core('secrets', 'Secret'),
  serviceAccounts: core('serviceaccounts', 'ServiceAccount'),
  services: core('services', 'Service'),
  pods: core('pods', 'Pod'),
  nodes: { ...core('nodes', 'Node'), isNamespaced: false },
  namespaces: { ...core('namespaces', 'Namespace'), isNamespaced: false },
  deployments: apps('deployments', 'Deployment'),
  replicaSets: apps('replicasets', 'ReplicaSet'),
  statefulSets: apps('statefulsets', 'StatefulSet'),
  daemonSets: apps('daemonsets', 'DaemonSet'),
  jobs: { ...core('jobs', 'Job'), group: 'batch' },
  budgets: { ...core('poddisruptionbudgets', 'PodDisruptionBudget'), group: 'policy' },
  leases: { ...core('leases', 'Lease'), group: 'coordination.k8s.io' },
  events: { ...core('events', 'Event'), group: 'events.k8s.io' },
  machines: { group: 'karpenter.sh', version: 'v1alpha5', plural: 'machines', kind: 'Machine', isNamespaced: false },
  nodeClaims: { group: 'karpenter.sh', version: 'v1', plural: 'nodeclaims', kind: 'NodeClaim', isNamespaced: false },
  workspaces: { group: 'kaito.sh', version: 'v1beta1', plural: 'workspaces', kind: 'Workspace', isNamespaced: true },
} as const;

export function apiVersionOf({ group, version }: ResourceType): string {
  return group === '' ? version : `${group}/${version}`;
}
