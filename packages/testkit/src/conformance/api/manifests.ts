/** A Workspace that every rule accepts. */
export const aWorkspace = {
  resource: { instanceType: 'Standard_NC6s_v3', labelSelector: { matchLabels: { apps: 'llm' } } },
  inference: { preset: { name: 'phi-3-mini-4k-instruct' } },
} as const;

/** The spec of a NodeClaim that every rule accepts. */
export const aClaimSpec = {
  nodeClassRef: { group: 'kaito.sh', kind: 'KaitoNodeClass', name: 'default' },
  requirements: [{ key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['Standard_NC6s_v3'] }],
} as const;
