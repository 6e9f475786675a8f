import type { Manifest } from '@kaito/controller-runtime';
import { annotations, labels, machines, taints } from '@kaito/types';

import type { ClaimOrder } from './claim-order.ts';
import { isIn, LINUX } from './claim-requirements.ts';

const PROVISIONER = 'default';

/** A request for one node, field by field as the Go original writes it: provisioners are built for that. */
export function machineManifest(name: string, order: ClaimOrder): Manifest {
  const { earlierAttempts, spec, workspace } = order;
  const { metadata } = workspace;
  const { resource, workload } = spec;
  return {
    apiVersion: `${machines.group}/${machines.version}`,
    kind: machines.kind,
    metadata: {
      name,
      labels: {
        [labels.provisionerName]: PROVISIONER,
        [labels.workspace]: metadata.name,
        [labels.workspaceNamespace]: metadata.namespace,
        ...resource.nodeLabels,
      },
      ...(earlierAttempts !== '' && { annotations: { [annotations.createAttempts]: earlierAttempts } }),
    },
    spec: {
      machineTemplateRef: { name },
      requirements: [
        isIn(labels.instanceType, resource.instanceType),
        isIn(labels.provisionerName, PROVISIONER),
        isIn(labels.machineType, 'gpu'),
        isIn(labels.arch, 'amd64'),
        LINUX,
      ],
      taints: [taints.gpu],
      resources: { requests: { storage: workload.kind === 'template' ? '0' : workload.disk } },
    },
  };
}
