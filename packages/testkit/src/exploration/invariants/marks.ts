import type { KubernetesObject, ResourceType } from '@kaito/controller-runtime';
import type { AgentPool } from '@kaito/gpu-provisioner';
import { labels, machines, nodeClaims, workspaces } from '@kaito/types';

import type { Change } from '../../api-server/table.ts';
import type { World } from '../../simulation/world.ts';
import { fieldsOf } from '../../api-server/json.ts';
import { specOf, statusOf, textOf } from '../fields.ts';

/** The claim that a pool was made for, by the provisioner's mark on it (checklist 6); undefined: none of ours. */
export function claimUidOf(pool: AgentPool | undefined): string | undefined {
  return pool?.tags['kaito-claim-uid'];
}

export function poolNamed(world: World, name: string | undefined): AgentPool | undefined {
  return world.cloud.pools.find((pool) => pool.name === name);
}

/** Both ways to ask for a node. */
const CLAIM_TYPES: readonly ResourceType[] = [machines, nodeClaims];

export function isClaimType({ plural }: Pick<ResourceType, 'plural'>): boolean {
  return CLAIM_TYPES.some((type) => type.plural === plural);
}

/** Of two claims of the name, the one that this pool was made for, or else the older. */
export function claimNamed(world: World, name: string | undefined): KubernetesObject | undefined {
  const found = CLAIM_TYPES.flatMap((type) =>
    name === undefined ? [] : (world.server.get({ type, key: { name } }) ?? []),
  );
  const uid = claimUidOf(poolNamed(world, name));
  return found.find(({ metadata }) => metadata.uid === uid) ?? found.toSorted(olderFirst)[0];
}

function olderFirst(a: KubernetesObject, b: KubernetesObject): number {
  return Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp);
}

/** The Workspace that a claim names; undefined also for a claim that somebody wrote himself. */
export function ownerOf(world: World, { metadata }: KubernetesObject): KubernetesObject | undefined {
  const name = metadata.labels?.[labels.workspace];
  const namespace = metadata.labels?.[labels.workspaceNamespace];
  return name === undefined || namespace === undefined
    ? undefined
    : world.server.get({ type: workspaces, key: { name, namespace } });
}

export function isStaying(object: KubernetesObject | undefined): boolean {
  return object !== undefined && object.metadata.deletionTimestamp === undefined;
}

/** Whether it is for another provisioner: of another class, or of a time without classes, and without a label of Kaito. */
export function isForeignClaim(claim: KubernetesObject): boolean {
  const classRef = fieldsOf(specOf(claim)['nodeClassRef']);
  const isLabelled = !isOwnClaim(claim) || claim.metadata.labels?.[labels.ragEngine] !== undefined;
  return !isLabelled && classRef['kind'] !== 'KaitoNodeClass';
}

/** Whether somebody wrote the claim himself, for no Workspace. */
export function isOwnClaim({ metadata }: KubernetesObject): boolean {
  return metadata.labels?.[labels.workspace] === undefined;
}

/** Whether whoever wrote the claim did not want it any longer, by what he wrote. */
export function hasExpired(world: World, claim: KubernetesObject): boolean {
  const seconds = /^(\d+)s$/u.exec(textOf(specOf(claim)['expireAfter']) ?? '')?.[1];
  const createdMs = Date.parse(claim.metadata.creationTimestamp);
  return seconds !== undefined && world.time.now().getTime() >= createdMs + Number(seconds) * 1000;
}

/** Whether a delete was accepted just now. */
export function isDeletion({ before, event, object }: Change): boolean {
  const wasGoing = before?.metadata.deletionTimestamp !== undefined;
  return !wasGoing && (event === 'DELETED' || object.metadata.deletionTimestamp !== undefined);
}

export function providerOf(machine: KubernetesObject): string | undefined {
  return textOf(statusOf(machine)['providerID']);
}
