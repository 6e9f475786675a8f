import { fieldsOf, isList } from './json.ts';
import type { Fields } from './json.ts';
import type { KindRules } from './kind-rules.ts';
import type { FieldCause } from './refusal.ts';

interface NameRule {
  readonly expression: RegExp;
  readonly longest: number;
  readonly text: string;
}

const SUBDOMAIN: NameRule = {
  expression: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/u,
  longest: 253,
  text:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start " +
    "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
    String.raw`'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
};
const LABEL: NameRule = {
  expression: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/u,
  longest: 63,
  text:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end " +
    "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is " +
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
};
const NAME_RULES: Readonly<Record<KindRules['names'], NameRule>> = {
  subdomain: SUBDOMAIN,
  label: LABEL,
};

const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/u;
const LABEL_VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const LONGEST_LABEL = 63;
const STANDARD_FINALIZERS = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

/** What is wrong with the metadata of an object; names cannot change, so only a new object's is looked at. */
export function metadataProblems(
  rules: KindRules,
  metadata: Fields,
  before: Fields | undefined,
): readonly FieldCause[] {
  return [
    ...(before === undefined ? nameProblems(rules, String(metadata['name'])) : []),
    ...(metadata['labels'] === before?.['labels'] ? [] : labelProblems(fieldsOf(metadata['labels']))),
    ...(metadata['finalizers'] === before?.['finalizers'] ? [] : finalizerProblems(rules, metadata, before)),
  ];
}

function nameProblems({ names }: KindRules, name: string): readonly FieldCause[] {
  const { expression, longest, text } = NAME_RULES[names];
  const length = `must be no more than ${longest} characters`;
  const shape = names === 'label' && name.includes('.') ? 'must not contain dots' : text;
  return [
    ...(name.length > longest ? [invalidAt('metadata.name', name, length)] : []),
    ...(expression.test(name) ? [] : [invalidAt('metadata.name', name, shape)]),
  ];
}

function labelProblems(labels: Fields): readonly FieldCause[] {
  return Object.values(labels).flatMap((value) => {
    const text = String(value);
    return [
      ...(text.length > LONGEST_LABEL
        ? [invalidAt('metadata.labels', text, `must be no more than ${LONGEST_LABEL} bytes`)]
        : []),
      ...(LABEL_VALUE.test(text) ? [] : [invalidAt('metadata.labels', text, LABEL_VALUE_TEXT)]),
    ];
  });
}

function finalizerProblems(
  { isBuiltIn }: KindRules,
  metadata: Fields,
  before: Fields | undefined,
): readonly FieldCause[] {
  const names = textsIn(metadata['finalizers']);
  const unqualified = names
    .map((name, index) => ({ name, index }))
    .filter(({ name }) => isBuiltIn && !name.includes('/') && !STANDARD_FINALIZERS.has(name))
    .map(({ name, index }) =>
      invalidAt(
        `metadata.finalizers[${index}]`,
        name,
        'name is neither a standard finalizer name nor is it fully qualified',
      ),
    );
  return [...unqualified, ...lateFinalizers(names, before)];
}

function lateFinalizers(names: readonly string[], before: Fields = {}): readonly FieldCause[] {
  const earlier = textsIn(before['finalizers']);
  const added = names.filter((name) => !earlier.includes(name));
  if (before['deletionTimestamp'] === undefined || added.length === 0) {
    return [];
  }
  const list = `[]string{${added.map((name) => JSON.stringify(name)).join(', ')}}`;
  const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
  return [{ field: 'metadata.finalizers', reason: 'FieldValueForbidden', message }];
}

function textsIn(value: unknown): readonly string[] {
  return isList(value) ? value.filter((item) => typeof item === 'string') : [];
}

function invalidAt(field: string, value: string, why: string): FieldCause {
  return { field, reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${why}` };
}
