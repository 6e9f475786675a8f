import { fieldsOf } from './json.ts';
import type { Fields } from './json.ts';

const DEFAULT_GRACE_SECONDS = 30;

/** A pod that no kubelet knows, or that has ended, goes at once. */
export function podGraceSeconds(pod: Fields, asked: number | undefined): number {
  const { nodeName, terminationGracePeriodSeconds } = fieldsOf(pod['spec']);
  const { phase } = fieldsOf(pod['status']);
  if (nodeName === undefined || nodeName === '' || phase === 'Succeeded' || phase === 'Failed') {
    return 0;
  }
  return (
    asked ?? (typeof terminationGracePeriodSeconds === 'number' ? terminationGracePeriodSeconds : DEFAULT_GRACE_SECONDS)
  );
}

export function podDefaults(pod: Fields): Fields {
  const status = fieldsOf(pod['status']);
  return status['phase'] === undefined
    ? Object.freeze({ ...pod, status: Object.freeze({ phase: 'Pending', ...status }) })
    : pod;
}

export function namespaceDefaults(namespace: Fields): Fields {
  const spec = Object.freeze({ finalizers: Object.freeze(['kubernetes']) });
  const { metadata } = namespace;
  const { name } = fieldsOf(metadata);
  const labels = { ...fieldsOf(fieldsOf(metadata)['labels']), 'kubernetes.io/metadata.name': name };
  return Object.freeze({
    spec,
    status: Object.freeze({ phase: 'Active' }),
    ...namespace,
    metadata: Object.freeze({ ...fieldsOf(metadata), labels: Object.freeze(labels) }),
  });
}
