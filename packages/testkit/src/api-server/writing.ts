import type { KubernetesObject, PatchRequest } from '@kaito/controller-runtime';

import { fieldsOf, frozenCopy, shared } from './json.ts';
import type { Fields } from './json.ts';
import type { KindRules } from './kind-rules.ts';
import { asObject, metadataOfNew, metadataOfUpdate } from './object-meta.ts';
import type { NewIdentity } from './object-meta.ts';
import { hasBeenModified, invalid } from './refusal.ts';

/** The object that a create makes of what was sent. */
export function createdObject(
  rules: KindRules,
  sent: Fields,
  identity: Omit<NewIdentity, 'generation'>,
): KubernetesObject {
  const { metadata, status, ...fields } = fieldsOf(frozenCopy(sent));
  const generation = rules.hasGeneration ? 1 : undefined;
  const isStatusKept = status !== undefined && !rules.hasStatus;
  const object = {
    ...fields,
    ...(isStatusKept && { status }),
    metadata: metadataOfNew(metadata, { ...identity, generation }),
  };
  return asObject(Object.freeze(rules.admitted(object, undefined)));
}

export interface Update {
  readonly rules: KindRules;
  readonly before: KubernetesObject;
  /** The whole object as the writer wants it. */
  readonly proposed: Fields;
  readonly subresource: PatchRequest['subresource'];
  readonly version: string;
}

/** The object after a write, or the very object before it when nothing changes. */
export function updatedObject({ rules, before, proposed, subresource, version }: Update): KubernetesObject {
  checkIdentity(rules, before, fieldsOf(proposed['metadata']));
  const body = subresource === 'status' ? statusWrite(rules, before, proposed) : mainWrite(rules, before, proposed);
  const next = fieldsOf(shared(before, rules.admitted(body, before)));
  if (next === before) {
    return before;
  }
  const { generation } = before.metadata;
  const metadata = {
    ...fieldsOf(next['metadata']),
    ...(generation !== undefined && { generation: generation + (isNewGeneration(rules, before, next) ? 1 : 0) }),
    resourceVersion: version,
  };
  return asObject(Object.freeze({ ...next, metadata: Object.freeze(metadata) }));
}

function checkIdentity({ type }: KindRules, { metadata }: KubernetesObject, asked: Fields): void {
  const { name } = metadata;
  if (asked['resourceVersion'] !== undefined && asked['resourceVersion'] !== metadata.resourceVersion) {
    throw hasBeenModified(type, name);
  }
  const { uid } = asked;
  if (uid !== undefined && uid !== metadata.uid) {
    const message = `Invalid value: ${JSON.stringify(uid)}: field is immutable`;
    throw invalid(type, name, [{ field: 'metadata.uid', reason: 'FieldValueInvalid', message }]);
  }
}

function mainWrite({ hasStatus }: KindRules, before: KubernetesObject, proposed: Fields): Fields {
  const metadata = metadataOfUpdate(proposed['metadata'], fieldsOf(before.metadata));
  return hasStatus ? withField({ ...proposed, metadata }, 'status', before['status']) : { ...proposed, metadata };
}

function statusWrite({ statusKeeps }: KindRules, before: KubernetesObject, proposed: Fields): Fields {
  if (statusKeeps === 'everything else') {
    return withField(before, 'status', proposed['status']);
  }
  const metadata = metadataOfUpdate(proposed['metadata'], fieldsOf(before.metadata));
  const { labels } = before.metadata;
  return withField(
    { ...proposed, metadata: statusKeeps === 'spec' ? metadata : withField(metadata, 'labels', labels) },
    'spec',
    before['spec'],
  );
}

function withField(object: Fields, name: string, value: unknown): Fields {
  const { [name]: _, ...others } = object;
  return Object.freeze(value === undefined ? others : { ...others, [name]: value });
}

/** The status and metadata are no part of what a generation counts. */
function isNewGeneration({ countsAnnotations = false }: KindRules, before: KubernetesObject, next: Fields): boolean {
  const names = new Set([...Object.keys(before), ...Object.keys(next)]);
  const isCounted = (name: string): boolean => name !== 'metadata' && name !== 'status' && before[name] !== next[name];
  return (
    [...names].some(isCounted) ||
    (countsAnnotations && before.metadata.annotations !== fieldsOf(next['metadata'])['annotations'])
  );
}
