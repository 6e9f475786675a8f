import type { KubernetesObject, View, WatchEvent } from '@kaito/controller-runtime';

/** An object as an answer with metadata alone has it. */
export function viewed(object: KubernetesObject, { isMetadataOnly = false }: View): KubernetesObject {
  return isMetadataOnly
    ? Object.freeze({ apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata: object.metadata })
    : object;
}

export function viewedEvent(event: WatchEvent, view: View): WatchEvent {
  return event.type === 'BOOKMARK' ? event : { type: event.type, object: viewed(event.object, view) };
}
