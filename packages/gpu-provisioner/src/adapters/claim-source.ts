import type { Cache, Kubernetes, KubernetesObject, ObjectMeta, WatchedKind } from '@kaito/controller-runtime';
import { machines, nodeClaims } from '@kaito/types';
import type { Machine, NodeClaim } from '@kaito/types';

import type { Claim, ClaimApi } from '../core/claim/claim.ts';
import { claimOfMachine, isServedMachine } from '../core/front-ends/machine.ts';
import { claimOfNodeClaim, isServedNodeClaim } from '../core/front-ends/node-claim.ts';
import { parsed } from './parsed.ts';

/** The claims of one API: as the cache shows them, and as the API server has them. */
export interface ClaimSource {
  readonly api: ClaimApi;
  readonly kind: WatchedKind<{ readonly metadata: ObjectMeta }>;
  /** What the cache shows, when it is ours to serve. */
  served(name: string): Claim | undefined;
  /** All that the cache shows and that are ours to serve; undefined until it is complete. */
  all(): readonly Claim[] | undefined;
  /** The uid of that, read without the rest. */
  servedUid(name: string): string | undefined;
  /** Ours to serve or not. Undefined also where the cluster does not serve the API. */
  read(name: string, signal: AbortSignal): Promise<Claim | undefined>;
  observe(object: KubernetesObject): void;
}

export function machineSource(kubernetes: Kubernetes, cache: Cache<Machine>): ClaimSource {
  return source(kubernetes, {
    api: 'Machine',
    kind: machines,
    cache,
    claimOf: claimOfMachine,
    isServed: isServedMachine,
  });
}

export function nodeClaimSource(kubernetes: Kubernetes, cache: Cache<NodeClaim>): ClaimSource {
  return source(kubernetes, {
    api: 'NodeClaim',
    kind: nodeClaims,
    cache,
    claimOf: claimOfNodeClaim,
    isServed: isServedNodeClaim,
  });
}

interface SourceOptions<T extends { readonly metadata: ObjectMeta }> {
  readonly api: ClaimApi;
  readonly kind: WatchedKind<T>;
  readonly cache: Cache<T>;
  readonly claimOf: (object: T) => Claim;
  readonly isServed: (object: T) => boolean;
}

function source<T extends { readonly metadata: ObjectMeta }>(
  kubernetes: Kubernetes,
  { api, cache, claimOf, isServed, kind }: SourceOptions<T>,
): ClaimSource {
  return {
    api,
    kind,
    served: (name) => {
      const object = cache.get(name);
      return object !== undefined && isServed(object) ? claimOf(object) : undefined;
    },
    all: () => (cache.hasSynced ? cache.list().filter(isServed).map(claimOf) : undefined),
    servedUid: (name) => {
      const object = cache.get(name);
      return object !== undefined && isServed(object) ? object.metadata.uid : undefined;
    },
    read: async (name, signal) => {
      const object = parsed(kind, await kubernetes.get({ type: kind, key: { name } }, signal));
      return object === undefined ? undefined : claimOf(object);
    },
    observe: (object) => {
      cache.observe(object);
    },
  };
}
