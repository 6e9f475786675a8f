import type { KubernetesObject } from '@kaito/controller-runtime';
import { workspaces } from '@kaito/types';

import { conditionOf, isLeaving, isTrue } from '../../cluster/reading.ts';
import { specOf, textOf } from '../fields.ts';
import type { View } from '../view.ts';
import type { Invariant } from './invariant.ts';
import { ceasesToBeTrue, wasSoFor } from './said.ts';

const READY = 'WorkspaceReady';

export const trueWaiting: Invariant = {
  name: 'what serves is not said to wait',
  observe: ({ violated, world }) => ({
    onChange: (change, actor) => {
      const { before, event, object, type } = change;
      if (actor === undefined || event === 'DELETED' || type.plural !== workspaces.plural) {
        return;
      }
      if (!ceasesToBeTrue(change, READY) || isLeaving(object) || isEdited(before)) {
        return;
      }
      const { name } = object.metadata;
      if (!wasSoFor(world, change, actor, (view) => !isWhole(view, name))) {
        violated(`Workspace ${name} is said to wait while all that it has is ready`);
      }
    },
  }),
};

/** Since it was said to be ready. */
function isEdited(before: KubernetesObject | undefined): boolean {
  const said = before === undefined ? undefined : conditionOf(before, READY);
  return said?.['observedGeneration'] !== before?.metadata.generation;
}

/** Enough pods, ready, on nodes that are there and ready, with claims that are. */
function isWhole(view: View, name: string): boolean {
  const names = view.workerNodes(name);
  const nodes = view.nodes.filter(({ metadata }) => names.includes(metadata.name));
  const pods = view.podsOf(name);
  const parts = [...nodes, ...view.claimsOf(name), ...pods];
  return (
    view.isServing(name) &&
    nodes.length === names.length &&
    pods.length >= names.length &&
    pods.every((pod) => names.includes(textOf(specOf(pod)['nodeName']) ?? '')) &&
    parts.every((part) => isTrue(part, 'Ready') && !isLeaving(part))
  );
}
