import type { KubernetesObject } from '@kaito/controller-runtime';
import { labels, machines, nodeClaims, nodes, pods, workspaces } from '@kaito/types';

import { fieldsOf } from '../../api-server/json.ts';
import { isOverPod } from '../../cluster/reading.ts';
import type { World } from '../../simulation/world.ts';
import { listOf, numberOf, specOf, statusOf, textOf } from '../fields.ts';
import type { Invariant } from './invariant.ts';

/** Who takes nodes that nobody bought for him takes all that he needs, so that no two wait for each other. */
export const wholeSets: Invariant = {
  name: 'nobody takes half of what he needs',
  observe: ({ violated, world }) => ({
    onChange: (change, actor) => {
      if (actor === undefined || change.type.plural !== workspaces.plural || change.event === 'DELETED') {
        return;
      }
      const before = change.before === undefined ? [] : workersOf(change.before);
      const taken = workersOf(change.object).filter((name) => !before.includes(name));
      const brought = taken.filter((name) => !isBought(world, name));
      const { name } = change.object.metadata;
      const lacking = wantedBy(change.object) - workersOf(change.object).length - claimsOf(world, change.object);
      if (brought.length > 0 && lacking > 0) {
        violated(
          `Workspace ${name} takes ${brought.join(', ')} and lacks ${lacking} more nodes that nobody was asked for`,
        );
      }
    },
  }),
};

/** A node serves one Workspace at a time: its GPUs are never counted twice. */
export const oneServed: Invariant = {
  name: 'a node serves one Workspace at a time',
  observe: ({ violated, world }) => ({
    onChange: (change) => {
      const node = textOf(specOf(change.object)['nodeName']);
      if (change.type.plural !== pods.plural || change.event === 'DELETED' || node === undefined) {
        return;
      }
      const served = new Set(
        world.server
          .list({ type: pods })
          .items.filter((pod) => textOf(specOf(pod)['nodeName']) === node && !isOverPod(pod))
          .flatMap(({ metadata }) => metadata.labels?.[labels.workspace] ?? []),
      );
      if (served.size > 1) {
        violated(`pods of ${[...served].join(' and ')} run on the node ${node}`);
      }
    },
  }),
};

function workersOf(workspace: KubernetesObject): readonly string[] {
  return listOf(statusOf(workspace)['workerNodes']).flatMap((name) => textOf(name) ?? []);
}

function wantedBy(workspace: KubernetesObject): number {
  return numberOf(fieldsOf(workspace['resource'])['count']) ?? 1;
}

/** Claims whose nodes are not counted yet. */
function claimsOf(world: World, workspace: KubernetesObject): number {
  const { name } = workspace.metadata;
  const labelSelector = `${labels.workspace}=${name}`;
  return [machines, nodeClaims]
    .flatMap((type) => world.server.list({ type, labelSelector }).items)
    .filter((claim) => !workersOf(workspace).includes(textOf(statusOf(claim)['nodeName']) ?? '')).length;
}

function isBought(world: World, name: string): boolean {
  const node = world.server.get({ type: nodes, key: { name } });
  return [labels.workspace, labels.poolWorkspace].some((label) => node?.metadata.labels?.[label] !== undefined);
}
