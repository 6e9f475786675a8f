import type { KubernetesObject, ObjectMeta } from '@kaito/controller-runtime';

import { fieldsOf, isFields } from './json.ts';
import type { Fields } from './json.ts';

/** Field names of metadata that the server alone writes. */
const KEPT = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'resourceVersion',
  'name',
  'namespace',
] as const;

/** Whole seconds, as the API server writes times. */
export function timeOf(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`;
}

/** Narrows what the server has put together to what its clients read. */
export function asObject(fields: Fields): KubernetesObject {
  if (!isObject(fields)) {
    throw new TypeError('an object has metadata with name, uid and version');
  }
  return fields;
}

function isObject(fields: Fields): fields is Fields & { readonly metadata: ObjectMeta } {
  const { name, uid, resourceVersion } = fieldsOf(fields['metadata']);
  return typeof name === 'string' && typeof uid === 'string' && typeof resourceVersion === 'string';
}

export interface NewIdentity {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number | undefined;
  readonly creationTimestamp: string;
}

/** What a client may say about a new object, and what the server adds. */
export function metadataOfNew(asked: unknown, identity: NewIdentity): Fields {
  const { generateName, labels, annotations, finalizers, ownerReferences } = fieldsOf(asked);
  return present({ generateName, labels, annotations, finalizers, ownerReferences, ...identity });
}

/** What a client wants of an existing object, with the server's own fields as they were. */
export function metadataOfUpdate(asked: unknown, before: Fields): Fields {
  const { labels, annotations, finalizers, ownerReferences, generateName } = fieldsOf(asked);
  const metadata: Record<string, unknown> = { generateName, labels, annotations, finalizers, ownerReferences };
  for (const name of KEPT) {
    metadata[name] = before[name];
  }
  return present(metadata);
}

/** Without what is absent or empty: the server does not store empty maps and lists in metadata. */
function present(metadata: Fields): Fields {
  const left: Record<string, unknown> = {};
  for (const name of Object.keys(metadata)) {
    if (!isEmpty(metadata[name])) {
      left[name] = metadata[name];
    }
  }
  return Object.freeze(left);
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    (isFields(value) && Object.keys(value).length === 0) ||
    (Array.isArray(value) && value.length === 0)
  );
}
