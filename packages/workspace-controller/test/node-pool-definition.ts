import type { Manifest } from '@kaito/controller-runtime';

const REPLICAS_RULE = {
  rule: 'has(self.replicas) == has(oldSelf.replicas)',
  message: 'Cannot transition NodePool between static (replicas set) and dynamic (replicas unset) provisioning modes',
};

/** What the workspace-controller meets of Karpenter's NodePool: its subresources and the rule about replicas. */
export const NODE_POOL_DEFINITION: Manifest = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'nodepools.karpenter.sh' },
  spec: {
    group: 'karpenter.sh',
    names: { kind: 'NodePool', listKind: 'NodePoolList', plural: 'nodepools', singular: 'nodepool' },
    scope: 'Cluster',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.nodes' },
        },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: {
              spec: {
                type: 'object',
                required: ['template'],
                'x-kubernetes-validations': [REPLICAS_RULE],
                properties: {
                  replicas: { type: 'integer', format: 'int64', minimum: 0 },
                  template: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                  disruption: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                },
              },
              status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        },
      },
    ],
  },
};
