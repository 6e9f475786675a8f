import type { Kubernetes, KubernetesObject, ObjectKey, ResourceType } from '@kaito/controller-runtime';

/** The state of one object; undefined: there is none. */
export type Wish = (object: KubernetesObject | undefined) => boolean;

/** Watches an object until it is as wished, and returns it. */
export async function until(
  kubernetes: Kubernetes,
  type: ResourceType,
  key: ObjectKey,
  wish: Wish,
): Promise<KubernetesObject | undefined> {
  const signal = AbortSignal.timeout(120_000);
  const selection = {
    type,
    fieldSelector: `metadata.name=${key.name}`,
    ...(key.namespace !== undefined && { namespace: key.namespace }),
  };
  let last: KubernetesObject | undefined;
  try {
    const page = await kubernetes.list(selection, signal);
    last = page.items[0];
    if (wish(last)) {
      return last;
    }
    const { resourceVersion } = page;
    for await (const event of kubernetes.watch({ ...selection, resourceVersion, timeoutSeconds: 300 }, signal)) {
      if (event.type === 'BOOKMARK') {
        continue;
      }
      last = event.type === 'DELETED' ? undefined : event.object;
      if (wish(last)) {
        return last;
      }
    }
  } catch (error) {
    throw new Error(`${type.kind} ${key.name} did not come to what was wished for: ${JSON.stringify(last)}`, {
      cause: error,
    });
  }
  throw new Error(`the watch of ${type.kind} ${key.name} ended`);
}
