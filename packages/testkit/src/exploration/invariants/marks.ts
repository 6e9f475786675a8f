import type { KubernetesObject } from '@kaito/controller-runtime';
import type { AgentPool } from '@kaito/gpu-provisioner';
import { labels, machines, workspaces } from '@kaito/types';

import type { Change } from '../../api-server/table.ts';
import type { World } from '../../simulation/world.ts';
import { statusOf, textOf } from '../fields.ts';

/** The claim that a pool was made for, by the provisioner's mark on it (checklist 6); undefined: none of ours. */
export function claimUidOf(pool: AgentPool | undefined): string | undefined {
  return pool?.tags['kaito-claim-uid'];
}

export function poolNamed(world: World, name: string | undefined): AgentPool | undefined {
  return world.cloud.pools.find((pool) => pool.name === name);
}

export function machineNamed(world: World, name: string | undefined): KubernetesObject | undefined {
  return name === undefined ? undefined : world.server.get({ type: machines, key: { name } });
}

/** The Workspace that a claim names. */
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

/** Whether a delete was accepted just now. */
export function isDeletion({ before, event, object }: Change): boolean {
  const wasGoing = before?.metadata.deletionTimestamp !== undefined;
  return !wasGoing && (event === 'DELETED' || object.metadata.deletionTimestamp !== undefined);
}

export function providerOf(machine: KubernetesObject): string | undefined {
  return textOf(statusOf(machine)['providerID']);
}
