import type { Manifest } from '@kaito/controller-runtime';
import { annotations, labels, machines, taints } from '@kaito/types';
import type { NodeSelectorRequirement, Workspace } from '@kaito/types';

import type { Spec } from '../spec/spec.ts';

const PROVISIONER = 'default';

/** For whom a claim is made. */
export interface ClaimOrder {
  readonly workspace: Workspace;
  /** When claims before it were asked for within the hour; empty: none was. */
  readonly earlierAttempts: string;
}

/** A request for one node, field by field as the Go original writes it: provisioners are built for that. */
export function machineManifest(
  name: string,
  { earlierAttempts, workspace: { metadata } }: ClaimOrder,
  { resource, workload }: Spec,
): Manifest {
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
        isIn(labels.os, 'linux'),
      ],
      taints: [taints.gpu],
      resources: { requests: { storage: workload.kind === 'template' ? '0' : workload.disk } },
    },
  };
}

function isIn(key: string, value: string): NodeSelectorRequirement {
  return { key, operator: 'In', values: [value] };
}
