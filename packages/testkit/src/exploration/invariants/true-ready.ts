import type { KubernetesObject } from '@kaito/controller-runtime';
import { workspaces } from '@kaito/types';

import type { Change } from '../../api-server/table.ts';
import type { Replica } from '../../simulation/replica.ts';
import type { World } from '../../simulation/world.ts';
import { isTrue } from '../../cluster/reading.ts';
import type { View } from '../view.ts';
import type { Invariant } from './invariant.ts';
import { becomesTrue, wasSoFor } from './said.ts';
import { claimUidOf, isClaimType, poolNamed, providerOf } from './marks.ts';

export const trueReady: Invariant = {
  name: 'Ready is said only while it is so',
  observe: ({ violated, world }) => {
    /** The uids of the claims for which a VM has come up. */
    const booted = new Set<string>();
    return {
      onCloudEvent: (event) => {
        if (event.kind === 'VmBooted') {
          booted.add(claimUidOf(poolNamed(world, event.vm.pool)) ?? '');
        }
      },
      onChange: (change, actor) => {
        if (actor === undefined || change.event === 'DELETED') {
          return;
        }
        const lie = lieOf(world, { change, actor, booted });
        if (lie !== undefined) {
          violated(lie);
        }
      },
    };
  },
};

interface Said {
  readonly change: Change;
  readonly actor: Replica;
  readonly booted: ReadonlySet<string>;
}

function lieOf(world: World, { actor, booted, change }: Said): string | undefined {
  const { object, type } = change;
  const { name, uid } = object.metadata;
  if (type.plural === workspaces.plural && becomesTrue(change, 'WorkspaceReady')) {
    return wasSoFor(world, change, actor, (view) => view.isServing(name))
      ? undefined
      : `Workspace ${name} is said to be ready while it does not serve`;
  }
  if (!isClaimType(type) || !becomesTrue(change, 'Ready')) {
    return undefined;
  }
  if (!booted.has(uid)) {
    return `the claim ${name} is said to be ready while no VM has come up for it`;
  }
  return wasSoFor(world, change, actor, (view) => isNodeReady(view, object))
    ? undefined
    : `the claim ${name} is said to be ready while its Node is not`;
}

function isNodeReady(view: View, machine: KubernetesObject): boolean {
  const node = view.nodeOf(providerOf(machine) ?? '');
  return node !== undefined && isTrue(node, 'Ready');
}
