import { controller, keysOfChange } from '@kaito/controller-runtime';
import type { Change, Controller, ControllerOptions } from '@kaito/controller-runtime';
import type { Node, Pod } from '@kaito/types';

import type { Informers } from './informers.ts';
import { claimNamesOf, indexes } from './keys.ts';

/** What is watched, and which claims a change concerns. */
export function claimController(informers: Informers, options: Omit<ControllerOptions, 'name' | 'kind'>): Controller {
  const claims = controller({ ...options, name: 'claim', kind: 'Claim' });
  claims.watch(informers.machines, keysOfChange);
  claims.watch(informers.nodeClaims, keysOfChange);
  claims.watch(informers.nodes, (change) => namesOfNode(change, informers));
  claims.watch(informers.pods, (change) => namesOfPod(change, informers));
  return claims;
}

/** Whoever has the Node, or may take it. */
function namesOfNode({ after, before }: Change<Node>, informers: Informers): readonly string[] {
  const names = [before, after].flatMap((node) => (node === undefined ? [] : namesOf(node, informers)));
  return [...new Set(names)];
}

function namesOf(node: Node, { machines, nodeClaims }: Informers): readonly string[] {
  const { providerID = '' } = node.spec;
  const holders = [
    ...machines.cache.byIndex(indexes.providerId, providerID),
    ...nodeClaims.cache.byIndex(indexes.providerId, providerID),
  ];
  return [...claimNamesOf(node), ...holders.map(({ metadata }) => metadata.name)];
}

/** Pods matter on a Node that is being emptied, and nowhere else. */
function namesOfPod({ after, before }: Change<Pod>, informers: Informers): readonly string[] {
  const node = informers.nodes.cache.get((after ?? before)?.spec.nodeName ?? '');
  return node?.metadata.deletionTimestamp === undefined ? [] : namesOf(node, informers);
}
