import { AgentPod } from '../../src/node-agent/core/pod.ts';

export type PodOverrides = Readonly<{
  metadata?: Readonly<Record<string, unknown>>;
  spec?: Readonly<Record<string, unknown>>;
  status?: Readonly<Record<string, unknown>>;
}>;

/** A pod with one container, on a node. */
export function aPod({ metadata = {}, spec = {}, status = {} }: PodOverrides = {}): AgentPod {
  return AgentPod.parse({
    metadata: {
      name: 'server',
      namespace: 'default',
      uid: 'uid-1',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...metadata,
    },
    spec: { nodeName: 'node-1', containers: [{ name: 'main', image: 'kaito.local/echo:v1' }], ...spec },
    status,
  });
}
