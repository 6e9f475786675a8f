import type { KubernetesObject, ResourceType } from '@kaito/controller-runtime';

import { fieldsOf, isList } from './json.ts';
import type { Fields } from './json.ts';
import { servedKinds } from './kinds.ts';

/** What an object says of one of its owners. */
export interface OwnerReference {
  readonly uid: string;
  readonly name: string;
  /** Undefined: a kind that nobody serves. */
  readonly type: ResourceType | undefined;
  /** Whether an owner that is deleted in the foreground waits for this object. */
  readonly isBlocking: boolean;
  /** As it is written in the object. */
  readonly written: Fields;
}

const NONE: readonly OwnerReference[] = [];

const read = new WeakMap<readonly unknown[], readonly OwnerReference[]>();

/** In their order; the same list for objects that share their references. */
export function ownersOf({ metadata }: KubernetesObject): readonly OwnerReference[] {
  const { ownerReferences } = fieldsOf(metadata);
  if (!isList(ownerReferences)) {
    return NONE;
  }
  let owners = read.get(ownerReferences);
  if (owners === undefined) {
    owners = ownerReferences.map((reference) => ownerOf(fieldsOf(reference)));
    read.set(ownerReferences, owners);
  }
  return owners;
}

function ownerOf(written: Fields): OwnerReference {
  const { apiVersion, blockOwnerDeletion, kind, name, uid } = written;
  const version = String(apiVersion);
  const group = version.includes('/') ? version.slice(0, version.indexOf('/')) : '';
  const type = typesByKind().get(`${group}/${String(kind)}`);
  return { uid: String(uid), name: String(name), type, isBlocking: blockOwnerDeletion === true, written };
}

let types: ReadonlyMap<string, ResourceType> | undefined;

function typesByKind(): ReadonlyMap<string, ResourceType> {
  types ??= new Map(servedKinds().map(({ type }) => [`${type.group}/${type.kind}`, type]));
  return types;
}
