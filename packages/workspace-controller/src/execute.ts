import { withFinalizer, withoutFinalizer } from '@kaito/controller-runtime';
import { finalizers } from '@kaito/types';
import type { Workspace } from '@kaito/types';

import type { Action } from './core/actions.ts';
import type { World } from './core/ports.ts';

const CHANGES = { AddFinalizer: withFinalizer, RemoveFinalizer: withoutFinalizer } as const;

/** Does one action: the only place where a decision becomes a write. */
export async function execute(action: Action, workspace: Workspace, world: World, signal: AbortSignal): Promise<void> {
  const present = workspace.metadata.finalizers;
  switch (action.kind) {
    case 'AddFinalizer':
    case 'RemoveFinalizer':
      await world.setFinalizers(workspace, CHANGES[action.kind](present, finalizers.workspace), signal);
      return;
    case 'CreateClaim':
      await world.createClaim(workspace, action.api, action.manifest, signal);
      return;
    case 'ScalePool':
      await world.scalePool(action, action.replicas, signal);
      return;
    case 'Apply':
      await world.apply(action.target, action.manifest, signal);
      return;
    case 'LabelNode':
      await world.labelNode(action, signal);
      return;
    case 'Delete':
      await world.delete(action.target, { ...action, namespace: workspace.metadata.namespace }, signal);
      return;
    case 'WriteStatus':
      await world.writeStatus(workspace, action, signal);
      return;
    case 'Notify':
      world.notify(workspace, action.notice);
      return;
    default:
      action satisfies never;
  }
}
