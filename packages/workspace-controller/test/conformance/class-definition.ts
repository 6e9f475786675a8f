import type { Manifest, ResourceType } from '@kaito/controller-runtime';

import { classCrdName } from '../../src/core/claims/node-class.ts';
import type { NodeClass } from '../../src/core/claims/node-class.ts';

export const DEFINITIONS: ResourceType = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  isNamespaced: false,
};

/** The CRD of the class, as its provisioner installs it. */
export function classDefinition(nodeClass: NodeClass): Manifest {
  const { group, kind } = nodeClass;
  const name = classCrdName(nodeClass) ?? '';
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    apiVersion: `${DEFINITIONS.group}/${DEFINITIONS.version}`,
    kind: DEFINITIONS.kind,
    metadata: { name },
    spec: {
      group,
      scope: 'Cluster',
      names: { kind, plural: name.slice(0, name.indexOf('.')) },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
}
