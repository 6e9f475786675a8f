import type { TypeTable } from './type-text.ts';

/** Numbers and flags that Go leaves out when they are zero, which OpenAPI does not tell. */
const OMITTED: Readonly<Record<string, readonly string[]>> = {
  Container: ['stdin', 'stdinOnce', 'tty'],
  ContainerPort: ['hostPort'],
  DaemonSetSpec: ['minReadySeconds'],
  DaemonSetStatus: ['numberAvailable', 'numberUnavailable', 'observedGeneration', 'updatedNumberScheduled'],
  DeploymentSpec: ['minReadySeconds', 'paused'],
  DeploymentStatus: [
    'availableReplicas',
    'observedGeneration',
    'readyReplicas',
    'replicas',
    'unavailableReplicas',
    'updatedReplicas',
  ],
  JobStatus: ['active', 'failed', 'succeeded'],
  NodeSpec: ['unschedulable'],
  PodCondition: ['observedGeneration'],
  PodDisruptionBudgetStatus: ['observedGeneration'],
  PodSpec: ['hostIPC', 'hostNetwork', 'hostPID'],
  PodStatus: ['observedGeneration'],
  Probe: ['initialDelaySeconds'],
  ReplicaSetSpec: ['minReadySeconds'],
  ReplicaSetStatus: ['availableReplicas', 'fullyLabeledReplicas', 'observedGeneration', 'readyReplicas'],
  ServicePort: ['nodePort'],
  ServiceSpec: ['healthCheckNodePort', 'publishNotReadyAddresses'],
  StatefulSetSpec: ['minReadySeconds'],
  StatefulSetStatus: ['currentReplicas', 'observedGeneration', 'readyReplicas', 'updatedReplicas'],
  VolumeMount: ['readOnly'],
};

/** The table with those fields marked. */
export function withoutZeros(table: TypeTable): TypeTable {
  const marked = Object.entries(table).map(([name, fields]) => {
    const omitted = OMITTED[name] ?? [];
    const texts = Object.entries(fields).map(([field, text]) => [field, omitted.includes(field) ? `${text}~` : text]);
    return [name, Object.fromEntries(texts)] as const;
  });
  return Object.fromEntries(marked);
}
