import type { KubernetesObject, ObjectKey } from '@kaito/controller-runtime';

import { fieldsOf, isList, valueAt } from '../api-server/json.ts';
import type { Fields } from '../api-server/json.ts';

export function keyText({ name, namespace }: ObjectKey): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The uid of the owner that is its controller. */
export function controllerUid(object: KubernetesObject): string | undefined {
  const uid = controllerReference(object)?.['uid'];
  return typeof uid === 'string' ? uid : undefined;
}

/** The owner reference of the object's controller. */
export function controllerReference({ metadata }: KubernetesObject): Fields | undefined {
  const references = fieldsOf(metadata)['ownerReferences'];
  return isList(references) ? references.map(fieldsOf).find(({ controller }) => controller === true) : undefined;
}

export function conditionsOf(object: KubernetesObject): readonly Fields[] {
  const conditions = fieldsOf(object['status'])['conditions'];
  return isList(conditions) ? conditions.map(fieldsOf) : [];
}

export function conditionOf(object: KubernetesObject, type: string): Fields | undefined {
  const conditions = fieldsOf(object['status'])['conditions'];
  return isList(conditions) ? conditions.map(fieldsOf).find((condition) => condition['type'] === type) : undefined;
}

export function isTrue(object: KubernetesObject, condition: string): boolean {
  return conditionOf(object, condition)?.['status'] === 'True';
}

export function textAt(object: KubernetesObject, ...path: readonly string[]): string | undefined {
  const value = valueAt(object, path);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** 0 for what is not there. */
export function numberAt(object: KubernetesObject, ...path: readonly string[]): number {
  const value = valueAt(object, path);
  return typeof value === 'number' ? value : 0;
}

export function phaseOf(pod: KubernetesObject): string {
  return textAt(pod, 'status', 'phase') ?? 'Pending';
}

export function isOverPod(pod: KubernetesObject): boolean {
  const phase = phaseOf(pod);
  return phase === 'Succeeded' || phase === 'Failed';
}

export function isLeaving({ metadata }: KubernetesObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** What a controller counts: neither over nor on its way out. */
export function isActivePod(pod: KubernetesObject): boolean {
  return !isLeaving(pod) && !isOverPod(pod);
}

export function byName(a: KubernetesObject, b: KubernetesObject): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
