import type { KubernetesObject, WatchedKind } from '@kaito/controller-runtime';

/** Throws for what the schema cannot read: it is there, and must not be taken for absent. */
export function parsed<T>(kind: WatchedKind<T>, raw: KubernetesObject | undefined): T | undefined {
  if (raw === undefined) {
    return undefined;
  }
  const result = kind.schema.safeParse(raw);
  if (!result.success) {
    throw result.error;
  }
  return result.data;
}
