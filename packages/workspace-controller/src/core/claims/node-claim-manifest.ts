import type { Manifest } from '@kaito/controller-runtime';
import { annotations, labels, nodeClaims, taints } from '@kaito/types';
import type { Workspace } from '@kaito/types';

import type { Spec } from '../spec/spec.ts';
import type { ClassOrder } from './claim-order.ts';
import { classRequirements, configuredRequirements, isIn, LINUX } from './claim-requirements.ts';
import { isKaitoClass, refOf } from './node-class.ts';

/** No object of this name need exist; what Kaito asks for is told apart by it. */
const NODE_POOL = 'kaito';

/** The disk of a node for whom nobody has said how much its pods need. */
const DEFAULT_DISK = '1024Gi';

const IMAGE_FAMILIES: readonly string[] = ['ubuntu', 'azurelinux'];
const DEFAULT_IMAGE_FAMILY = 'ubuntu';

/**
 * A request for one node in Karpenter's words. It never expires and is not disrupted: what replaces nodes behind a
 * running model is nobody's wish. Only gpu-provisioner reads a disk; for others `storage` is a resource that no node has.
 */
export function nodeClaimManifest(name: string, order: ClassOrder): Manifest {
  const { nodeClass, requirements, spec, workspace } = order;
  const { instanceType, nodeLabels } = spec.resource;
  return {
    apiVersion: `${nodeClaims.group}/${nodeClaims.version}`,
    kind: nodeClaims.kind,
    metadata: {
      name,
      labels: {
        ...nodeLabels,
        [labels.nodePool]: NODE_POOL,
        [labels.workspace]: workspace.metadata.name,
        [labels.workspaceNamespace]: workspace.metadata.namespace,
      },
      annotations: { [annotations.doNotDisrupt]: 'true', ...notesFor(order) },
    },
    spec: {
      nodeClassRef: refOf(nodeClass),
      requirements: [
        isIn(labels.nodePool, NODE_POOL),
        isIn(labels.instanceType, instanceType),
        LINUX,
        ...classRequirements(nodeClass, instanceType),
        ...configuredRequirements(requirements),
      ],
      taints: [taints.gpu],
      expireAfter: 'Never',
      ...(isKaitoClass(nodeClass) && { resources: { requests: { storage: diskOf(spec) } } }),
    },
  };
}

/** What gpu-provisioner alone reads; others would copy it onto the Node. */
function notesFor({
  earlierAttempts,
  imageFamily,
  nodeClass,
  workspace,
}: ClassOrder): Readonly<Record<string, string>> {
  return isKaitoClass(nodeClass)
    ? {
        [annotations.imageFamily]: wantedFamily(workspace) ?? imageFamily ?? DEFAULT_IMAGE_FAMILY,
        ...(earlierAttempts !== '' && { [annotations.createAttempts]: earlierAttempts }),
      }
    : {};
}

/** Undefined also when no image is known by what the user wrote. */
function wantedFamily({ metadata }: Workspace): string | undefined {
  const wanted = metadata.annotations?.[annotations.imageFamily]?.trim().toLowerCase();
  return IMAGE_FAMILIES.find((family) => family === wanted);
}

/** Presets of the Machine era may say a bare number, which then meant GiB. */
function diskOf({ workload }: Spec): string {
  if (workload.kind === 'template') {
    return DEFAULT_DISK;
  }
  return /^\d+$/u.test(workload.disk) ? `${workload.disk}Gi` : workload.disk;
}
