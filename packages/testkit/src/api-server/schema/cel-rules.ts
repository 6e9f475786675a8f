import { celEnv, CelScalar, isCelError, parse, plan } from '@bufbuild/cel';
import type { CelInput, CelResult } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';

import { isFields, isList } from '../json.ts';
import type { FieldCause } from '../refusal.ts';
import { fieldShape } from './shape.ts';
import type { Shape, Validation } from './shape.ts';
import type { Checked } from './validating.ts';

type Report = (cause: FieldCause) => void;

interface RuleValues {
  readonly self: CelInput;
  readonly oldSelf: CelInput;
}

interface Rule extends Validation {
  /** Asks about the value before, so it holds for an update alone. */
  readonly isTransition: boolean;
  readonly evaluate: (values: RuleValues) => CelResult;
}

const environment = celEnv({ variables: { self: CelScalar.DYN, oldSelf: CelScalar.DYN }, funcs: strings });
const compiled = new Map<string, Rule['evaluate']>();

/** Evaluates the rules of a value that has changed, and of everything below it that has. */
export function checkRules(checked: Checked, report: Report): void {
  checkRulesAt('', checked, report);
}

function checkRulesAt(path: string, checked: Checked, report: Report): void {
  const { shape, value, before } = checked;
  if (shape.rules?.hasValidations !== true || value === before || value === undefined) {
    return;
  }
  evaluateHere(path, checked, report);
  if (shape.kind === 'record' && isFields(value)) {
    const earlier = isFields(before) ? before : {};
    for (const [name, inner] of shape.fields) {
      const place = path === '' ? name : `${path}.${name}`;
      checkRulesAt(place, { shape: inner, value: value[name], before: earlier[name] }, report);
    }
  }
}

function evaluateHere(path: string, { shape, value, before }: Checked, report: Report): void {
  const rules = (shape.rules?.validations ?? [])
    .map(compiledRule)
    .filter((rule) => !rule.isTransition || before !== undefined);
  if (rules.length === 0) {
    return;
  }
  const values = { self: celValue(shape, value), oldSelf: before === undefined ? null : celValue(shape, before) };
  for (const { evaluate, message, fieldPath = '' } of rules) {
    const result = evaluate(values);
    if (isCelError(result)) {
      throw new TypeError(`the rule "${message}" cannot be evaluated`, { cause: result });
    }
    if (result !== true) {
      const field = path === '' ? fieldPath.replace(/^\./u, '') : `${path}${fieldPath}`;
      report({ field, reason: 'FieldValueInvalid', message: `Invalid value: ${message}` });
    }
  }
}

function compiledRule(validation: Validation): Rule {
  const { rule } = validation;
  let evaluate = compiled.get(rule);
  if (evaluate === undefined) {
    evaluate = plan(environment, parse(rule));
    compiled.set(rule, evaluate);
  }
  return { ...validation, isTransition: /\boldSelf\b/u.test(rule), evaluate };
}

/** Integers are told from other numbers by the schema, not by how they look. */
function celValue(shape: Shape, value: unknown): CelInput {
  if (isFields(value)) {
    const fields = Object.entries(value).map(([name, field]) => {
      const inner = shape.kind === 'record' || shape.kind === 'any' ? fieldShape(shape, name) : undefined;
      return [name, celValue(inner ?? shape, field)] as const;
    });
    return new Map(fields);
  }
  if (isList(value)) {
    return value.map((item) => celValue(shape.kind === 'list' ? shape.items : shape, item));
  }
  if (typeof value === 'number') {
    return shape.kind === 'scalar' && shape.type === 'number' ? value : BigInt(Math.trunc(value));
  }
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}
