import type { Manifest } from '@kaito/controller-runtime';

export interface PodParts {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly object[];
  /** Members of the spec besides node, container and toleration of everything but draining. */
  readonly spec?: object;
}

/** A pod that somebody bound to a Node, and whose kubelet runs it. */
export function podManifest(name: string, node: string, { spec, ...metadata }: PodParts): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', ...metadata },
    spec: {
      nodeName: node,
      containers: [{ name: 'work', image: 'work' }],
      tolerations: [{ key: 'sku', operator: 'Exists' }],
      ...spec,
    },
  };
}

/** Keeps so many of the pods that have these labels. */
export function budgetManifest(
  name: string,
  matchLabels: Readonly<Record<string, string>>,
  minAvailable = 1,
): Manifest {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace: 'default' },
    spec: { minAvailable, selector: { matchLabels } },
  };
}
