import type { Kubernetes, ResourceType } from '@kaito/controller-runtime';
import { installDefinitions } from '@kaito/local-cloud';
import type { Definition } from '@kaito/local-cloud';
import { nodePools } from '@kaito/types';

/** The class that the workspace-controller is told to have NodePools made of. */
const nodeClasses: ResourceType = {
  group: 'karpenter.kwok.sh',
  version: 'v1alpha1',
  plural: 'kwoknodeclasses',
  kind: 'KWOKNodeClass',
  isNamespaced: false,
};

/** Of Karpenter's kinds, as much as rights depend on: what they hold is nobody's concern here. */
export async function installForeignKinds(kubernetes: Kubernetes, signal: AbortSignal): Promise<void> {
  await installDefinitions(kubernetes, [nodePools, nodeClasses].map(definitionOf), signal);
}

function definitionOf(type: ResourceType): Definition {
  const { group, kind, plural, version } = type;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const manifest = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, plural },
      scope: 'Cluster',
      versions: [{ name: version, served: true, storage: true, schema, subresources: { status: {} } }],
    },
  };
  return { manifest, types: [type] };
}
