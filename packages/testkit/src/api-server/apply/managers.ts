import { fieldsNamed, without, fieldSet } from './field-set.ts';
import type { FieldSet } from './field-set.ts';

/** Who wrote fields of an object, and how. */
export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string | undefined;
}

export interface Manager extends Writer {
  readonly fields: FieldSet;
}

/** All that hold fields of one object, by {@link writerId}. */
export type Managers = ReadonlyMap<string, Manager>;

export const NOBODY: Managers = new Map();

/** Nobody owns what identifies an object and what the server writes. */
const NOT_OWNED = fieldsNamed(
  'apiVersion',
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.creationTimestamp',
  'metadata.selfLink',
  'metadata.uid',
  'metadata.generation',
  'metadata.managedFields',
  'metadata.resourceVersion',
  'metadata.deletionTimestamp',
  'metadata.deletionGracePeriodSeconds',
);

const METADATA_ITSELF = 'f:metadata';

export function writerId({ manager, operation, apiVersion, subresource = '' }: Writer): string {
  return `${manager} ${operation} ${apiVersion} ${subresource}`;
}

/** Without what nobody owns; `ignored` is what a write through this subresource does not change. */
export function ownable(set: FieldSet, ignored: FieldSet): FieldSet {
  const rest = without(without(set, NOT_OWNED), ignored);
  const metadata = rest.children.get(METADATA_ITSELF);
  if (metadata === undefined || !metadata.isMember) {
    return rest;
  }
  const children = new Map(rest.children);
  if (metadata.children.size === 0) {
    children.delete(METADATA_ITSELF);
  } else {
    children.set(METADATA_ITSELF, fieldSet(false, metadata.children));
  }
  return fieldSet(rest.isMember, children);
}
