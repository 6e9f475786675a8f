import { customResourceDefinition } from '@kaito/types';
import type { CustomKind } from '@kaito/types';

import { fieldsNamed } from './apply/field-set.ts';
import { fieldsOf } from './json.ts';
import type { KindRules } from './kind-rules.ts';
import type { FieldCause } from './refusal.ts';
import { checkRules } from './schema/cel-rules.ts';
import { defaulted } from './schema/defaulting.ts';
import { customShape } from './schema/open-api-shape.ts';
import type { Shape } from './schema/shape.ts';
import { validate } from './schema/validating.ts';
import type { Checked } from './schema/validating.ts';

/** What the API server makes of our CustomResourceDefinition, for the stored version of the kind. */
export function customKind(kind: CustomKind<unknown>, metadata: Shape): KindRules {
  const { group, version, plural, isNamespaced } = kind;
  const shape = customShape(customResourceDefinition(kind), version, metadata);
  return {
    type: { group, version, plural, kind: kind.kind, isNamespaced },
    shape,
    isBuiltIn: false,
    names: 'subdomain',
    hasStatus: true,
    hasGeneration: true,
    statusKeeps: 'everything else',
    empty: {},
    ignored: {
      main: fieldsNamed('status'),
      status: fieldsNamed(...[...shape.fields.keys()].filter((name) => name !== 'status')),
    },
    defaulted: (object) => fieldsOf(defaulted(shape, object)),
    admitted: (object) => object,
    problems: (object, before, subresource) => problemsOf({ shape, value: object, before }, subresource),
  };
}

const BLOCKING = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);
const UNCHECKED: FieldCause = {
  field: '<nil>',
  reason: 'FieldValueInvalid',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; ' +
    'correct the existing errors to complete validation',
};

/** The rules in CEL are not asked about what has not even the right shape. */
function problemsOf(checked: Checked, subresource: 'status' | undefined): readonly FieldCause[] {
  const found: FieldCause[] = [];
  const report = (cause: FieldCause): void => {
    found.push(cause);
  };
  validate(checked, subresource ?? '', report);
  if (!found.some(({ reason }) => BLOCKING.has(reason))) {
    checkRules(checked, report);
  } else if (checked.shape.rules?.hasValidations === true) {
    report(UNCHECKED);
  }
  return found;
}
