import type { Manifest } from '@kaito/controller-runtime';
import { labels, machines, taints } from '@kaito/types';

const SIZE = 'Standard_NC6s_v3';
export const FAMILY = 'standardNCSv3Family';

/** A claim as Kaito writes it. */
export function claimManifest(name: string): Manifest {
  return {
    apiVersion: `${machines.group}/${machines.version}`,
    kind: machines.kind,
    metadata: { name, labels: { [labels.workspace]: 'bench', [labels.workspaceNamespace]: 'default' } },
    spec: {
      machineTemplateRef: { name },
      requirements: [{ key: labels.instanceType, operator: 'In', values: [SIZE] }],
      taints: [taints.gpu],
      resources: { requests: { storage: '120Gi' } },
    },
  };
}

/** So many names that pools can have. */
export function claimNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `ws${String(index).padStart(9, '0')}`);
}
