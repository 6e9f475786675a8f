import type { KubernetesObject, ListPage } from '@kaito/controller-runtime';

/** Looks at the envelope alone; what is in it is the schema's business. */
export function isKubernetesObject(value: unknown): value is KubernetesObject {
  return isRecord(value) && isRecord(value['metadata']);
}

/** A page of a list; undefined when it is none. */
export function listPageOf(value: unknown): ListPage | undefined {
  if (!isKubernetesObject(value) || !Array.isArray(value['items'])) {
    return undefined;
  }
  const items: readonly unknown[] = value['items'];
  const continueToken = 'continue' in value.metadata ? value.metadata.continue : undefined;
  return {
    items: items.filter(isKubernetesObject),
    resourceVersion: value.metadata.resourceVersion,
    ...(typeof continueToken === 'string' && continueToken !== '' && { continueToken }),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
