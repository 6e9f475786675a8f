import type { KubernetesObject, Manifest, ResourceType } from '@kaito/controller-runtime';

export const EVENTS: ResourceType = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  isNamespaced: true,
};

/** What a provisioner records about a claim that it deletes for lack of capacity; nothing else says why. */
export function capacityEvent(
  { group, kind, version }: ResourceType,
  { metadata: { name, uid } }: KubernetesObject,
  note: string,
): Manifest {
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: `${name}.${uid}`, namespace: 'default' },
    eventTime: '2026-01-01T00:00:00.000000Z',
    reportingController: 'example.com/provisioner',
    reportingInstance: 'provisioner-0',
    action: 'Launch',
    type: 'Warning',
    reason: 'InsufficientCapacityError',
    regarding: { apiVersion: `${group}/${version}`, kind, name, uid },
    note,
  };
}
