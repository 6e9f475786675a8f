import { fieldsOf } from './json.ts';
import type { Fields } from './json.ts';
import type { KindRules } from './kind-rules.ts';
import { badRequest, internalError, Refusal } from './refusal.ts';
import { readFields } from './schema/reading.ts';
import { unknownFields } from './schema/unknown-fields.ts';

/** What was sent, read by the schema of its kind; refused when it has fields that nobody knows. */
export function readCreate(rules: KindRules, sent: Fields): Fields {
  const { kind, version } = rules.type;
  return read(rules, sent, undefined, (unknown) =>
    badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${strictProblem(unknown)}`),
  );
}

/** The patched object, read by the schema of its kind. */
export function readPatch(rules: KindRules, patched: Fields, before: Fields): Fields {
  return read(rules, patched, before, (unknown) => {
    const object = JSON.stringify(JSON.stringify(patched));
    const message = ` "" is invalid: patch: Invalid value: ${object}: ${strictProblem(unknown)}`;
    return new Refusal({ code: 422, reason: 'Invalid', message });
  });
}

/** What somebody applies. */
export function readApply(rules: KindRules, sent: Fields): Fields {
  return read(rules, sent, undefined, (unknown) => {
    const { group, version, kind } = rules.type;
    const { name, namespace = '' } = fieldsOf(sent['metadata']);
    const what = `${String(namespace)}/${String(name)}; ${group}/${version}, Kind=${kind}`;
    const problems = unknown.map((path) => `.${path}: field not declared in schema`);
    const text =
      problems.length === 1 ? problems.join('') : `errors:\n${problems.map((problem) => `  ${problem}`).join('\n')}`;
    return internalError(`failed to create typed patch object (${what}): ${text}`);
  });
}

/** The object after an apply, without what the merge has left empty in a struct. */
export function readApplied({ shape, isBuiltIn }: KindRules, object: Fields, before: Fields): Fields {
  return isBuiltIn ? readFields(shape, object, before, { isStruct: true, hasUnknown: false }) : object;
}

function read(
  { shape, isBuiltIn }: KindRules,
  fields: Fields,
  before: Fields | undefined,
  refusal: (unknown: readonly string[]) => Refusal,
): Fields {
  const reading = { isStruct: isBuiltIn, hasUnknown: false };
  const result = readFields(shape, fields, before, reading);
  if (reading.hasUnknown) {
    throw refusal(unknownFields(shape, fields));
  }
  return result;
}

function strictProblem(unknown: readonly string[]): string {
  const problems = unknown.toSorted().map((path) => `unknown field "${path}"`);
  return `strict decoding error: ${problems.join(', ')}`;
}
