import { controller, keyOf, keysOfChange } from '@kaito/controller-runtime';
import type { Change, Controller, ControllerOptions, HasMetadata } from '@kaito/controller-runtime';
import type { Machine, NodeClaim, NodePool, Pod } from '@kaito/types';

import type { NodeProvisioning } from './core/claims/node-source.ts';
import { ownerOfHeadless } from './core/workload/headless-service.ts';
import type { Informers } from './informers.ts';
import { podWorkspaceKeys, workspaceKeys } from './keys.ts';
import { isNews } from './news.ts';
import { wakingBy } from './waking.ts';

interface Options extends Omit<ControllerOptions, 'name' | 'kind'> {
  /** How configuration says that nodes are come by. */
  readonly provisioning: NodeProvisioning;
}

/** What is watched, and which Workspaces a change concerns. */
export function workspaceController(informers: Informers, options: Options): Controller {
  const workspaces = controller({ ...options, name: 'workspace', kind: 'Workspace' });
  const waking = wakingBy(informers, options.provisioning);
  workspaces.watch(informers.workspaces, waking.ofWorkspace);
  workspaces.watch(informers.machines, onNews(keysOfLabelled));
  workspaces.watch(informers.nodeClaims, onNews(keysOfLabelled));
  workspaces.watch(informers.nodePools, onNews(keysOfLabelled));
  workspaces.watch(informers.nodes, waking.ofNode);
  workspaces.watch(informers.pods, onNews(keysOfPod));
  const keysOfOwned = onNews((change: Change<HasMetadata>) => keysOfOwner(change, informers));
  workspaces.watch(informers.deployments, keysOfOwned);
  workspaces.watch(informers.statefulSets, keysOfOwned);
  workspaces.watch(informers.services, keysOfOwned);
  for (const optional of [informers.machines, informers.nodeClaims, informers.nodePools]) {
    optional.onServed(() => {
      for (const workspace of informers.workspaces.cache.list()) {
        workspaces.enqueue(keyOf(workspace));
      }
    });
  }
  return workspaces;
}

function onNews<T extends HasMetadata>(
  keysOf: (change: Change<T>) => readonly string[],
): (change: Change<T>) => readonly string[] {
  return (change) => (isNews(change) ? keysOf(change) : []);
}

function keysOfLabelled({ before, after }: Change<Machine | NodeClaim | NodePool>): readonly string[] {
  return [before, after].flatMap((object) => (object === undefined ? [] : workspaceKeys(object)));
}

function keysOfPod({ before, after }: Change<Pod>): readonly string[] {
  return [before, after].flatMap((pod) => (pod === undefined ? [] : podWorkspaceKeys(pod)));
}

/** What a Workspace owns has its name, but for the headless Service, whose name says what it is. */
function keysOfOwner(change: Change<HasMetadata>, { workspaces }: Informers): readonly string[] {
  return keysOfChange(change)
    .flatMap((key) => [key, ownerOfHeadless(key)])
    .filter((key) => workspaces.cache.get(key) !== undefined);
}
