import type { AgentNode } from './node.ts';

/** Whether the agent is the kubelet of a Node that somebody else made. */
export type Adopts = (node: AgentNode | undefined) => boolean;

/** Nodes with this label, `key=value`; absent: none. */
export function adopting(label: string | undefined): Adopts {
  if (label === undefined) {
    return () => false;
  }
  const at = label.indexOf('=');
  const [key, value] = [label.slice(0, at), label.slice(at + 1)];
  return (node) => node?.metadata.labels?.[key] === value;
}
