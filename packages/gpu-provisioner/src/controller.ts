import { controller, keysOfChange } from '@kaito/controller-runtime';
import type { Change, Controller, ControllerOptions } from '@kaito/controller-runtime';
import type { Node, Pod } from '@kaito/types';

import type { Informers } from './informers.ts';
import { claimNamesOf, indexes } from './keys.ts';

/** What is watched, and which claims a change concerns. */
export function machineController(informers: Informers, options: Omit<ControllerOptions, 'name' | 'kind'>): Controller {
  const machines = controller({ ...options, name: 'machine', kind: 'Machine' });
  machines.watch(informers.machines, keysOfChange);
  machines.watch(informers.nodes, (change) => namesOfNode(change, informers));
  machines.watch(informers.pods, (change) => namesOfPod(change, informers));
  return machines;
}

/** Whoever has the Node, or may take it. */
function namesOfNode({ after, before }: Change<Node>, { machines }: Informers): readonly string[] {
  const names = [before, after].flatMap((node) => (node === undefined ? [] : namesOf(node, machines)));
  return [...new Set(names)];
}

function namesOf(node: Node, machines: Informers['machines']): readonly string[] {
  const { providerID } = node.spec;
  const holders = providerID === undefined ? [] : machines.cache.byIndex(indexes.providerId, providerID);
  return [...claimNamesOf(node), ...holders.map(({ metadata }) => metadata.name)];
}

/** Pods matter on a Node that is being emptied, and nowhere else. */
function namesOfPod({ after, before }: Change<Pod>, { machines, nodes }: Informers): readonly string[] {
  const node = nodes.cache.get((after ?? before)?.spec.nodeName ?? '');
  return node?.metadata.deletionTimestamp === undefined ? [] : namesOf(node, machines);
}
