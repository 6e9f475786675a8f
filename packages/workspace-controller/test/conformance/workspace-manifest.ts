import type { Manifest } from '@kaito/controller-runtime';

export interface WorkspaceParts {
  readonly name?: string;
  readonly namespace?: string;
  readonly count?: number;
}

/** A Workspace as people write it, on nodes with one GPU each. */
export function workspaceManifest({ count = 1, name = 'phi', namespace = 'default' }: WorkspaceParts): Manifest {
  return {
    apiVersion: 'kaito.sh/v1beta1',
    kind: 'Workspace',
    metadata: { name, namespace },
    resource: { instanceType: 'Standard_NC6s_v3', count, labelSelector: { matchLabels: { apps: name } } },
    inference: { preset: { name: 'phi-3-mini-4k-instruct' } },
  };
}
