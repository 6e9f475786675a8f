import type { KubernetesObject } from '@kaito/controller-runtime';
import { Node, quantityValue } from '@kaito/types';

import { fieldsOf, isFields } from '../../api-server/json.ts';
import type { PodNeeds } from '../pod-spec.ts';
import { needsOf } from '../pod-spec.ts';
import { isOverPod } from '../reading.ts';

const PODS = 'pods';
const UNLIMITED_PODS = 110;

const known = new WeakMap<object, ReadonlyMap<string, number>>();

/** The resources of which the node has not enough left. */
export function lackingResources(
  node: KubernetesObject,
  { requests }: PodNeeds,
  podsThere: Iterable<KubernetesObject>,
): readonly string[] {
  const free = freeOn(node, podsThere);
  const lacking = [...requests].filter(([name, amount]) => amount > 0 && (free.get(name) ?? 0) < amount);
  return [...((free.get(PODS) ?? 0) < 1 ? [PODS] : []), ...lacking.map(([name]) => name)];
}

function freeOn(node: KubernetesObject, podsThere: Iterable<KubernetesObject>): ReadonlyMap<string, number> {
  const free = new Map(allocatableOf(node));
  for (const pod of podsThere) {
    if (isOverPod(pod)) {
      continue;
    }
    free.set(PODS, (free.get(PODS) ?? 0) - 1);
    for (const [name, amount] of needsOf(pod).requests) {
      free.set(name, (free.get(name) ?? 0) - amount);
    }
  }
  return free;
}

function allocatableOf(node: KubernetesObject): ReadonlyMap<string, number> {
  const allocatable = fieldsOf(node['status'])['allocatable'];
  const key = isFields(allocatable) ? allocatable : node;
  const found = known.get(key) ?? read(allocatable);
  known.set(key, found);
  return found;
}

const Allocatable = Node.shape.status.unwrap().shape.allocatable;

function read(allocatable: unknown): ReadonlyMap<string, number> {
  const entries = Object.entries(Allocatable.parse(allocatable) ?? {});
  return new Map([
    [PODS, UNLIMITED_PODS],
    ...entries.map(([name, amount]): [string, number] => [name, quantityValue(amount) ?? 0]),
  ]);
}
