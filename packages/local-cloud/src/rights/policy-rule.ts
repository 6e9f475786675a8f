import * as z from 'zod';

const Names = z.array(z.string()).min(1);

/** One entry of a Role or ClusterRole. URLs that are no resources are nothing that our controllers ask for. */
export const PolicyRule = z.strictObject({
  apiGroups: Names,
  resources: Names,
  resourceNames: Names.optional(),
  verbs: Names,
});
export type PolicyRule = z.infer<typeof PolicyRule>;

/** What one controller may do: everywhere, and in the namespace that its chart is installed in. */
export interface Rights {
  readonly cluster: readonly PolicyRule[];
  readonly namespace: readonly PolicyRule[];
}
