import { labels } from '@kaito/types';
import type { Node, NodePool, Pod, Workspace } from '@kaito/types';

import type { Claim } from './claim.ts';

/** What the API server shows of one Workspace and everything made for it. */
export interface Facts {
  readonly workspace: Workspace | undefined;
  readonly nodePools: readonly NodePool[];
  readonly claims: readonly Claim[];
  /** Of the whole cluster. */
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
}

/** The Nodes that its claims brought, and those that it holds. */
export function nodesOf({ claims, nodes, workspace }: Facts): readonly Node[] {
  const names = new Set([
    ...(workspace?.status?.workerNodes ?? []),
    ...claims.flatMap(({ status }) => status?.nodeName ?? []),
  ]);
  const pools = new Set(claims.map(({ metadata }) => metadata.name));
  const machines = new Set(claims.flatMap(({ status }) => status?.providerID ?? []));
  return nodes.filter(
    ({ metadata, spec }) =>
      names.has(metadata.name) ||
      pools.has(metadata.labels?.[labels.agentPool] ?? '') ||
      machines.has(spec.providerID ?? ''),
  );
}
