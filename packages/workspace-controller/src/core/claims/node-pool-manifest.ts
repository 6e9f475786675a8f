import type { Manifest } from '@kaito/controller-runtime';
import { annotations, labels, nodePools, taints } from '@kaito/types';
import type { NodeSelectorRequirement } from '@kaito/types';

import type { ClassOrder } from './claim-order.ts';
import { configuredRequirements, isIn } from './claim-requirements.ts';
import { CLOUD_NODE_CLASSES, refOf } from './node-class.ts';
import type { NodeClass } from './node-class.ts';

/** Keeps Azure from looking for a zone, which sizes with GPUs often lack. */
const REGIONAL = isIn('karpenter.azure.com/placement-scope', 'regional');

/**
 * A standing order for so many equal nodes, as the Go original writes it. The nodes never expire and are not
 * disrupted; where a person lifts that mark, one drifted node at a time may be replaced.
 */
export function nodePoolManifest(name: string, replicas: number, order: ClassOrder): Manifest {
  const { nodeClass, requirements, spec, workspace } = order;
  const { instanceType, nodeLabels } = spec.resource;
  const own = {
    [labels.poolWorkspace]: workspace.metadata.name,
    [labels.poolWorkspaceNamespace]: workspace.metadata.namespace,
  };
  return {
    apiVersion: `${nodePools.group}/${nodePools.version}`,
    kind: nodePools.kind,
    metadata: { name, labels: { [labels.poolManagedBy]: 'kaito', ...own } },
    spec: {
      replicas,
      template: {
        metadata: { labels: { ...nodeLabels, ...own }, annotations: { [annotations.doNotDisrupt]: 'true' } },
        spec: {
          nodeClassRef: { ...refOf(nodeClass), name: classNameFor(order) },
          requirements: [
            isIn(labels.instanceType, instanceType),
            ...placement(nodeClass),
            ...configuredRequirements(requirements),
          ],
          taints: [taints.gpu],
          expireAfter: 'Never',
        },
      },
      disruption: { consolidateAfter: '0s', budgets: [{ nodes: '1', reasons: ['Drifted'] }] },
    },
  };
}

function placement({ group }: NodeClass): readonly NodeSelectorRequirement[] {
  return group === CLOUD_NODE_CLASSES.azure.group ? [REGIONAL] : [];
}

/** The one that the user has chosen, as long as there is such a choice. */
function classNameFor({ nodeClass, workspace }: ClassOrder): string {
  const wanted = workspace.metadata.annotations?.[annotations.nodeClassName];
  return nodeClass.choices?.find((name) => name === wanted) ?? nodeClass.name;
}
