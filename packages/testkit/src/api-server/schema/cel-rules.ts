import { isCelError, parse, plan } from '@bufbuild/cel';
import type { CelError, CelInput, CelResult } from '@bufbuild/cel';

import { fieldsOf, isFields, isList } from '../json.ts';
import type { Fields } from '../json.ts';
import type { FieldCause } from '../refusal.ts';
import { celEnvironment, celErrorText } from './cel-environment.ts';
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
  /** The fields of the value that it asks about; undefined: it may ask about each. */
  readonly fields: readonly string[] | undefined;
  readonly evaluate: (values: RuleValues) => CelResult;
}

const rulesByShape = new WeakMap<Shape, readonly Rule[]>();

/**
 * Evaluates the rules of a value that has changed, and of everything below it that has. Which item of a list an item
 * was before, nobody knows: all items of a list that has changed are asked about.
 */
export function checkRules(checked: Checked, report: Report): void {
  checkRulesAt('', checked, report);
}

function checkRulesAt(path: string, checked: Checked, report: Report): void {
  const { shape, value, before } = checked;
  if (shape.rules?.hasValidations !== true || value === before || value === undefined) {
    return;
  }
  evaluateHere(path, checked, report);
  for (const [place, part] of partsOf(path, checked)) {
    checkRulesAt(place, part, report);
  }
}

function partsOf(path: string, { shape, value, before }: Checked): readonly (readonly [string, Checked])[] {
  if (shape.kind === 'record' && isFields(value)) {
    const earlier = fieldsOf(before);
    return Array.from(shape.fields, ([name, inner]) => [
      path === '' ? name : `${path}.${name}`,
      { shape: inner, value: value[name], before: earlier[name] },
    ]);
  }
  return shape.kind === 'list' && isList(value)
    ? value.map((item, index) => [`${path}[${index}]`, { shape: shape.items, value: item, before: undefined }])
    : [];
}

function evaluateHere(path: string, { shape, value, before }: Checked, report: Report): void {
  for (const rule of rulesOf(shape)) {
    if (isDue(rule, value, before)) {
      const { evaluate, message, fieldPath = '' } = rule;
      const oldSelf = before === undefined ? null : celPart(shape, before, rule);
      const result = evaluate({ self: celPart(shape, value, rule), oldSelf });
      if (isCelError(result)) {
        report({
          field: path,
          reason: 'FieldValueInvalid',
          message: `Invalid value: ${unanswered(shape, rule, result)}`,
        });
      } else if (result !== true) {
        const field = path === '' ? fieldPath.replace(/^\./u, '') : `${path}${fieldPath}`;
        const shown = shape.kind === 'scalar' ? `${JSON.stringify(value)}: ` : '';
        report({ field, reason: 'FieldValueInvalid', message: `Invalid value: ${shown}${message}` });
      }
    }
  }
}

/** A rule that has no answer is one that does not hold. */
function unanswered(shape: Shape, { message }: Validation, error: CelError): string {
  const text = celErrorText(error);
  if (text === undefined) {
    throw new TypeError(`the rule "${message}" cannot be evaluated`, { cause: error });
  }
  return `"${typeName(shape)}": ${text} evaluating rule: ${message}`;
}

function typeName(shape: Shape): string {
  const names = { list: 'array', record: 'object', any: 'object' };
  return shape.kind === 'scalar' ? shape.type : names[shape.kind];
}

/** A rule that held need not be asked again about what has not changed. */
function isDue({ isTransition, fields }: Rule, value: unknown, before: unknown): boolean {
  if (before === undefined) {
    return !isTransition;
  }
  return isTransition || !isFields(value) || !isFields(before) || isAnyOther(fields, value, before);
}

function isAnyOther(names: readonly string[] | undefined, value: Fields, before: Fields): boolean {
  return names === undefined || names.some((name) => value[name] !== before[name]);
}

function rulesOf(shape: Shape): readonly Rule[] {
  let rules = rulesByShape.get(shape);
  if (rules === undefined) {
    rules = (shape.rules?.validations ?? []).map(compiledRule);
    rulesByShape.set(shape, rules);
  }
  return rules;
}

function compiledRule(validation: Validation): Rule {
  const { rule } = validation;
  const isTransition = /\boldSelf\b/u.test(rule);
  return { ...validation, isTransition, fields: fieldsAskedFor(rule), evaluate: plan(celEnvironment, parse(rule)) };
}

function fieldsAskedFor(rule: string): readonly string[] | undefined {
  const names = [...rule.matchAll(/\b(?:self|oldSelf)\b(?:\.(\w+))?/gu)].map(([, name]) => name);
  const known = names.filter((name) => name !== undefined);
  return known.length === names.length ? [...new Set(known)] : undefined;
}

/** The value, as far as the rule asks about it. */
function celPart(shape: Shape, value: unknown, { fields }: Rule): CelInput {
  if (fields === undefined || shape.kind !== 'record' || !isFields(value)) {
    return celValue(shape, value);
  }
  const part = new Map<string, CelInput>();
  for (const name of fields) {
    if (value[name] !== undefined) {
      part.set(name, celValue(fieldShape(shape, name) ?? shape, value[name]));
    }
  }
  return part;
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
