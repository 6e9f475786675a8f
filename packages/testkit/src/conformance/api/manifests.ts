/** A Workspace that every rule accepts. */
export const aWorkspace = {
  resource: { instanceType: 'Standard_NC6s_v3', labelSelector: { matchLabels: { apps: 'llm' } } },
  inference: { preset: { name: 'phi-3-mini-4k-instruct' } },
} as const;
