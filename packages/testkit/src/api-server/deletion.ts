import type { DeleteRequest, KubernetesObject, ResourceType } from '@kaito/controller-runtime';

import { fieldsOf, isList } from './json.ts';
import type { Fields } from './json.ts';
import type { KindRules } from './kind-rules.ts';
import { timeOf } from './object-meta.ts';
import { Refusal } from './refusal.ts';

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

/** What a delete makes of an object: the metadata it goes on with, unless it goes at once or is going already. */
export function metadataOfDeleted(
  rules: KindRules,
  object: KubernetesObject,
  request: DeleteRequest,
  now: Date,
): Fields | 'gone' | 'unchanged' {
  const metadata = fieldsOf(object.metadata);
  const grace = rules.graceSeconds?.(object, request.gracePeriodSeconds) ?? 0;
  const finalizers = finalizersOfDeleted(rules, object, request);
  if (object.metadata.deletionTimestamp === undefined) {
    return grace === 0 && finalizers.length === 0 ? 'gone' : marked(metadata, finalizers, grace, now);
  }
  return againDeleted(metadata, finalizers, grace);
}

/** Whether an object that is being deleted has nothing left to wait for. */
export function isOver(metadata: Fields): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers } = metadata;
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && namesIn(finalizers).length === 0;
}

function marked(metadata: Fields, finalizers: readonly string[], grace: number, now: Date): Fields {
  const { generation } = metadata;
  return Object.freeze({
    ...metadata,
    ...(finalizers.length > 0 && { finalizers }),
    ...(typeof generation === 'number' && { generation: generation + 1 }),
    deletionTimestamp: timeOf(new Date(now.getTime() + grace * 1000)),
    deletionGracePeriodSeconds: grace,
  });
}

/** A second delete can only shorten the grace period, or change what happens to dependents. */
function againDeleted(metadata: Fields, finalizers: readonly string[], grace: number): Fields | 'gone' | 'unchanged' {
  const before = metadata['deletionGracePeriodSeconds'];
  const left = typeof before === 'number' ? before : 0;
  if (grace === 0 && finalizers.length === 0) {
    return 'gone';
  }
  const isSame = isSameList(namesIn(metadata['finalizers']), finalizers);
  if (grace >= left && isSame) {
    return 'unchanged';
  }
  const deletionTimestamp = earlier(metadata['deletionTimestamp'], left - Math.min(grace, left));
  const { finalizers: _, ...others } = metadata;
  const held = finalizers.length > 0 && { finalizers };
  const next = { ...others, ...held, deletionTimestamp, deletionGracePeriodSeconds: Math.min(grace, left) };
  return Object.freeze(next);
}

function earlier(time: unknown, seconds: number): string {
  return timeOf(new Date(new Date(String(time)).getTime() - seconds * 1000));
}

function finalizersOfDeleted(
  { orphansByDefault = false }: KindRules,
  { metadata }: KubernetesObject,
  { propagationPolicy }: DeleteRequest,
): readonly string[] {
  const before = metadata.finalizers ?? [];
  const isUndecided = propagationPolicy === undefined;
  const isOrphan = isUndecided
    ? before.includes(ORPHAN) || (orphansByDefault && !before.includes(FOREGROUND))
    : propagationPolicy === 'Orphan';
  const isForeground = isUndecided ? before.includes(FOREGROUND) : propagationPolicy === 'Foreground';
  const others = before.filter((name) => name !== ORPHAN && name !== FOREGROUND);
  const next = [...others, ...(isOrphan ? [ORPHAN] : []), ...(isForeground ? [FOREGROUND] : [])];
  return isSameList(before, next) ? before : Object.freeze(next);
}

/** Refuses to delete another object of the same name, or another version of it. */
export function checkPreconditions(
  { kind, group }: ResourceType,
  { metadata }: KubernetesObject,
  { uid, resourceVersion }: NonNullable<DeleteRequest['preconditions']>,
): void {
  const why =
    uid !== undefined && uid !== metadata.uid
      ? `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). ` +
        'The object might have been deleted and then recreated'
      : resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion
        ? `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record ` +
          `(${metadata.resourceVersion}). The object might have been modified`
        : undefined;
  if (why !== undefined) {
    const what = group === '' ? kind : `${kind}.${group}`;
    const message = `Operation cannot be fulfilled on ${what} "${metadata.name}": ${why}`;
    throw new Refusal({ code: 409, reason: 'Conflict', message });
  }
}

function namesIn(value: unknown): readonly string[] {
  return isList(value) ? value.filter((name) => typeof name === 'string') : [];
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index]);
}
