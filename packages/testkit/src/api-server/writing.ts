import type { KubernetesObject, PatchRequest } from '@kaito/controller-runtime';

import { fieldsOf, shared } from './json.ts';
import type { Fields } from './json.ts';
import type { Allocation, KindRules } from './kind-rules.ts';
import { metadataProblems } from './metadata-problems.ts';
import { asObject, metadataOfNew, metadataOfUpdate } from './object-meta.ts';
import type { NewIdentity } from './object-meta.ts';
import { badRequest, hasBeenModified, invalid } from './refusal.ts';
import type { FieldCause } from './refusal.ts';

export interface Creation {
  readonly rules: KindRules;
  /** What was sent, read by the schema. */
  readonly sent: Fields;
  readonly identity: Omit<NewIdentity, 'generation'>;
  readonly allocation: Allocation;
}

export interface Written {
  readonly object: KubernetesObject;
  /** Without what the server decided: what the writer comes to own. */
  readonly owned: Fields;
}

/** The object that a create makes of what was sent. */
export function createdObject({ rules, sent, identity, allocation }: Creation): Written {
  const { metadata: asked, status, ...fields } = sent;
  const generation = rules.hasGeneration ? 1 : undefined;
  const metadata = metadataOfNew(asked, { ...identity, generation });
  const object = { ...fields, ...(status !== undefined && !rules.hasStatus && { status }), metadata };
  const owned = rules.defaulted(Object.freeze(object), undefined);
  const admitted = rules.admitted(owned, undefined, allocation);
  return { object: asObject(checked(rules, { object: admitted, before: undefined })), owned };
}

export interface Update {
  readonly rules: KindRules;
  readonly before: KubernetesObject;
  /** The whole object as the writer wants it, read by the schema. */
  readonly proposed: Fields;
  readonly subresource: PatchRequest['subresource'];
  readonly version: string;
  readonly allocation: Allocation;
}

/** The object after a write, or the very object before it when nothing changes. */
export function updatedObject({ rules, before, proposed, subresource, version, allocation }: Update): Written {
  checkIdentity(rules, { before, proposed, subresource });
  const body = subresource === 'status' ? statusWrite(rules, before, proposed) : mainWrite(rules, before, proposed);
  const owned = rules.defaulted(body, before);
  const next = fieldsOf(shared(before, rules.admitted(owned, before, allocation)));
  if (next === before) {
    return { object: before, owned };
  }
  checked(rules, { object: next, before, subresource });
  const { generation } = before.metadata;
  const metadata = {
    ...fieldsOf(next['metadata']),
    ...(generation !== undefined && {
      generation: generation + (subresource === undefined && isNewGeneration(rules, before, next) ? 1 : 0),
    }),
    resourceVersion: version,
  };
  return { object: asObject(Object.freeze({ ...next, metadata: Object.freeze(metadata) })), owned };
}

interface Checked {
  readonly object: Fields;
  readonly before: KubernetesObject | undefined;
  readonly subresource?: PatchRequest['subresource'];
}

function checked(rules: KindRules, { object, before, subresource }: Checked): Fields {
  const metadata = fieldsOf(object['metadata']);
  const earlier = before === undefined ? undefined : fieldsOf(before.metadata);
  const problems = [...metadataProblems(rules, metadata, earlier), ...rules.problems(object, before, subresource)];
  if (problems.length > 0) {
    throw invalid(rules.type, String(metadata['name']), problems);
  }
  return object;
}

type Proposal = Pick<Update, 'before' | 'proposed' | 'subresource'>;

function checkIdentity(rules: KindRules, proposal: Proposal): void {
  const { type } = rules;
  const { before, proposed, subresource } = proposal;
  const { name, resourceVersion } = before.metadata;
  const asked = fieldsOf(proposed['metadata']);
  if (asked['name'] !== name) {
    const given = String(asked['name']);
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  }
  if ((asked['resourceVersion'] ?? resourceVersion) !== resourceVersion) {
    throw hasBeenModified(type, name);
  }
  checkKind(rules, proposal);
  // whatever else the metadata of a status say is not looked at
  if (subresource !== 'status' || rules.statusKeeps !== 'everything else') {
    checkImmutable(rules, proposal);
  }
}

function checkKind({ type, isBuiltIn }: KindRules, { before, proposed }: Proposal): void {
  const kind = String(proposed['kind']);
  if (!isBuiltIn && kind !== type.kind) {
    const message = `Invalid value: ${JSON.stringify(kind)}: must be ${type.kind}`;
    throw invalid({ ...type, kind }, before.metadata.name, [{ field: 'kind', reason: 'FieldValueInvalid', message }]);
  }
}

function checkImmutable({ type }: KindRules, { before, proposed }: Proposal): void {
  const { name, uid, deletionTimestamp } = before.metadata;
  const asked = fieldsOf(proposed['metadata']);
  const changes = [
    immutable('uid', uid, asked['uid'] ?? uid),
    immutable('deletionTimestamp', deletionTimestamp, asked['deletionTimestamp'] ?? deletionTimestamp),
  ].filter((cause) => cause !== undefined);
  if (changes.length > 0) {
    throw invalid(type, name, changes);
  }
}

function immutable(name: string, before: unknown, asked: unknown): FieldCause | undefined {
  return asked === before
    ? undefined
    : {
        field: `metadata.${name}`,
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${JSON.stringify(asked)}: field is immutable`,
      };
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
