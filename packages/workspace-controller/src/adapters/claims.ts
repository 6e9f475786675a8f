import { isApiError, keyOf, ReconcileError } from '@kaito/controller-runtime';
import type { Kubernetes, KubernetesObject, Manifest, ResourceType } from '@kaito/controller-runtime';
import {
  fieldManagers,
  labels,
  Machine,
  machines,
  NodeClaim,
  nodeClaims,
  NodePool,
  nodePoolName,
  nodePools,
} from '@kaito/types';
import type { Workspace } from '@kaito/types';

import { slotName } from '../core/claims/claim-names.ts';
import { claimOfMachine, claimOfNodeClaim, wordOf } from '../core/claims/claim.ts';
import type { Claim, OrderKind } from '../core/claims/claim.ts';
import type { Caches } from '../informers.ts';
import { workspaceKeys } from '../keys.ts';

const PAGE = 500;

/** Where claims are listed. */
export interface ClaimLists {
  readonly kubernetes: Pick<Kubernetes, 'list'>;
  readonly caches: Readonly<Record<'machines' | 'nodeClaims' | 'nodePools', { readonly isServed: boolean }>>;
}

export const ORDER_TYPES: Readonly<Record<OrderKind, ResourceType>> = {
  Machine: machines,
  NodeClaim: nodeClaims,
  NodePool: nodePools,
};

/** What the caches have of one Workspace's claims. */
export function cachedClaims(key: string, caches: Caches): readonly Claim[] {
  return [
    ...caches.machines.byIndex('workspace', key).map(claimOfMachine),
    ...caches.nodeClaims.byIndex('workspace', key).map(claimOfNodeClaim),
  ];
}

/**
 * What the API server has for Workspaces of these names in any namespace, asked past the caches, of the APIs that it
 * serves: in another none can have been made.
 */
export async function listedClaims(
  names: readonly string[],
  { kubernetes, caches }: ClaimLists,
  signal: AbortSignal,
): Promise<readonly Claim[]> {
  const own = `${labels.workspace} in (${names.join(',')})`;
  const pooled = `${labels.poolWorkspace} in (${names.join(',')})`;
  const list = async (type: ResourceType, labelSelector: string, isServed: boolean): Promise<typeof none> =>
    isServed ? listAll(kubernetes, { type, labelSelector }, signal) : none;
  const [ofMachines, ofNodeClaims, ofPools] = await Promise.all([
    list(machines, own, caches.machines.isServed),
    list(nodeClaims, own, caches.nodeClaims.isServed),
    list(nodeClaims, pooled, caches.nodePools.isServed),
  ]);
  return [
    ...ofMachines.map((item) => claimOfMachine(Machine.parse(item))),
    ...[...ofNodeClaims, ...ofPools].map((item) => claimOfNodeClaim(NodeClaim.parse(item))),
  ];
}

const none: readonly KubernetesObject[] = [];

/** Of the names that this Workspace would give its claims and its NodePool: those that somebody else's have. */
export function foreignClaimNames(workspace: Workspace, caches: Caches): readonly string[] {
  const key = keyOf(workspace);
  const names: string[] = [];
  for (let slot = 0; slot < (workspace.resource?.count ?? 1); slot += 1) {
    slotName(workspace.metadata.uid, slot, (name) => {
      const holders = [caches.machines.get(name), caches.nodeClaims.get(name)];
      const isForeign = holders.some((holder) => holder !== undefined && !workspaceKeys(holder).includes(key));
      names.push(...(isForeign ? [name] : []));
      return isForeign;
    });
  }
  const { name, namespace = '' } = workspace.metadata;
  const pool = caches.nodePools.get(nodePoolName(namespace, name));
  const isPoolForeign = pool !== undefined && !workspaceKeys(pool).includes(key);
  return [...names, ...(isPoolForeign ? [pool.metadata.name] : [])];
}

/** A name that is taken by our own claim means that an earlier answer was lost. */
export async function createOnce(
  kubernetes: Kubernetes,
  { workspace, api, manifest }: { workspace: Workspace; api: OrderKind; manifest: Manifest },
  signal: AbortSignal,
): Promise<KubernetesObject> {
  const type = ORDER_TYPES[api];
  try {
    return await kubernetes.create({ type, manifest, fieldManager: fieldManagers.workspaceController }, signal);
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) {
      throw error;
    }
    const { name = '' } = manifest.metadata;
    const present = await kubernetes.get({ type, key: { name } }, signal);
    if (present !== undefined && workspaceKeys(parsed(api, present)).includes(keyOf(workspace))) {
      return present;
    }
    throw new ReconcileError('ClaimNameTaken', `the ${wordOf({ api })} ${name} belongs to somebody else`, 'retry', {
      cause: error,
    });
  }
}

const SCHEMAS = { Machine, NodeClaim, NodePool } as const;

function parsed(api: OrderKind, object: KubernetesObject): Machine | NodeClaim | NodePool {
  return SCHEMAS[api].parse(object);
}

/** A kind that the cluster does not serve has no objects. */
export async function listAll(
  kubernetes: Pick<Kubernetes, 'list'>,
  { type, labelSelector, namespace }: { type: ResourceType; labelSelector: string; namespace?: string },
  signal: AbortSignal,
): Promise<readonly KubernetesObject[]> {
  const found: KubernetesObject[] = [];
  let continueToken: string | undefined;
  try {
    do {
      const paging = { limit: PAGE, ...(continueToken === undefined ? {} : { continueToken }) };
      const where = namespace === undefined ? {} : { namespace };
      const page = await kubernetes.list({ type, labelSelector, ...where, ...paging }, signal);
      found.push(...page.items);
      continueToken = page.continueToken;
    } while (continueToken !== undefined);
    return found;
  } catch (error) {
    if (isApiError(error, 'NotFound')) {
      return [];
    }
    throw error;
  }
}
