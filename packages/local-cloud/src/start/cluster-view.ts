import { informer, silentLogger, systemClock } from '@kaito/controller-runtime';
import type { Informer, Kubernetes } from '@kaito/controller-runtime';
import { labels, machines, nodeClaims, nodePools, nodes, pods, workspaces } from '@kaito/types';
import type { Kind, Machine, Node, NodeClaim, NodePool, ObjectMeta, Pod, Workspace } from '@kaito/types';

import type { Facts } from './facts.ts';
import type { WorkspaceName } from './manifests.ts';
import type { ClaimKind } from './provisioners/provisioner.ts';

interface Informers {
  readonly workspaces: Informer<Workspace>;
  readonly nodes: Informer<Node>;
  readonly pods: Informer<Pod>;
  readonly machines?: Informer<Machine>;
  readonly nodeClaims?: Informer<NodeClaim>;
  readonly nodePools?: Informer<NodePool>;
}

interface HasMetadata {
  readonly metadata: ObjectMeta;
}

interface Watching {
  run(signal: AbortSignal): Promise<void>;
  onChange(listener: () => void): void;
}

/** What everything made for a Workspace looks like at the moment, kept up to date by watches. */
export class ClusterView {
  readonly #informers: Informers;

  constructor(kubernetes: Kubernetes, claimKinds: readonly ClaimKind[]) {
    const options = { kubernetes, clock: systemClock, logger: silentLogger, random: Math.random };
    const watching = <T extends HasMetadata>(kind: Kind<T>) => informer({ ...options, kind });
    this.#informers = {
      workspaces: watching(workspaces),
      nodes: watching(nodes),
      pods: informer({ ...options, kind: pods, selection: { labelSelector: labels.workspace } }),
      ...(claimKinds.includes('machine') && { machines: watching(machines) }),
      ...(claimKinds.includes('nodeclaim') && { nodeClaims: watching(nodeClaims) }),
      ...(claimKinds.includes('nodepool') && { nodePools: watching(nodePools) }),
    };
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#all().map(async (one) => one.run(signal)));
  }

  onChange(listener: () => void): void {
    for (const one of this.#all()) {
      one.onChange(listener);
    }
  }

  facts({ namespace, name }: WorkspaceName): Facts {
    const { workspaces: w, machines: m, nodeClaims: c, nodePools: pools, nodes: n, pods: p } = this.#informers;
    const isOfWorkspace = ({ metadata }: HasMetadata): boolean =>
      metadata.labels?.[labels.workspace] === name && metadata.labels[labels.workspaceNamespace] === namespace;
    const ownPools = (pools?.cache.list() ?? []).filter(
      ({ metadata }) =>
        metadata.labels?.[labels.poolWorkspace] === name &&
        metadata.labels[labels.poolWorkspaceNamespace] === namespace,
    );
    const isOfPool = ({ metadata }: HasMetadata): boolean =>
      ownPools.some((pool) => metadata.labels?.[labels.nodePool] === pool.metadata.name);
    return {
      workspace: w.cache.get(`${namespace}/${name}`),
      nodePools: ownPools,
      claims: [
        ...(m?.cache.list() ?? []).map(({ metadata, status }) => ({ kind: 'Machine' as const, metadata, status })),
        ...(c?.cache.list() ?? []).map(({ metadata, status }) => ({ kind: 'NodeClaim' as const, metadata, status })),
      ].filter((claim) => isOfWorkspace(claim) || isOfPool(claim)),
      nodes: n.cache.list(),
      pods: p.cache
        .list()
        .filter(({ metadata }) => metadata.namespace === namespace && metadata.labels?.[labels.workspace] === name),
    };
  }

  #all(): readonly Watching[] {
    const { workspaces: w, nodes: n, pods: p, machines: m, nodeClaims: c, nodePools: pools } = this.#informers;
    return [w, n, p, m, c, pools].filter((one) => one !== undefined);
  }
}
