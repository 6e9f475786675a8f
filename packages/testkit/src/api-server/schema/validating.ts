import { isFields, isList } from '../json.ts';
import type { Fields } from '../json.ts';
import type { FieldCause } from '../refusal.ts';
import type { ListShape, RecordShape, ScalarShape, Shape, ValueRules } from './shape.ts';

type Report = (cause: FieldCause) => void;

/**
 * Checks a value against its schema. What is the same as in `before` is not looked at again: an object that was
 * stored under older rules may keep what it has. Texts name fields from the `root` down.
 */
export function validate(checked: Checked, root: string, report: Report): void {
  const inRoot = (text: string): string => text.replace(root === '' ? /^/u : new RegExp(`^${root}\\.?`, 'u'), '');
  validateAt('', checked, (cause) => {
    const { field, message } = cause;
    report({ ...cause, message: message.replace(`: ${field} in body`, `: ${inRoot(field)} in body`) });
  });
}

export interface Checked<S extends Shape = Shape> {
  readonly shape: S;
  readonly value: unknown;
  readonly before: unknown;
}

function validateAt(path: string, { shape, value, before }: Checked, report: Report): void {
  if (value === before || shape.rules === undefined) {
    return;
  }
  switch (shape.kind) {
    case 'record':
      validateRecord(path, { shape, value, before }, report);
      break;
    case 'list':
      validateList(path, { shape, value, before }, report);
      break;
    case 'scalar':
      validateScalar(path, shape, value, report);
      break;
    case 'any':
  }
}

function validateRecord(path: string, { shape, value, before }: Checked<RecordShape>, report: Report): void {
  if (!isFields(value)) {
    report(wrongType(path, 'object', value));
    return;
  }
  reportMissing(path, shape, value, report);
  const earlier = isFields(before) ? before : {};
  for (const name of Object.keys(value)) {
    const inner = shape.fields.get(name) ?? shape.rest;
    const field = value[name];
    const earlierField = earlier[name];
    if (inner !== undefined && field !== earlierField) {
      validateAt(below(path, name), { shape: inner, value: field, before: earlierField }, report);
    }
  }
}

function reportMissing(path: string, { rules }: RecordShape, value: Fields, report: Report): void {
  for (const name of rules?.required ?? []) {
    if (value[name] === undefined) {
      report({ field: below(path, name), reason: 'FieldValueRequired', message: 'Required value' });
    }
  }
}

function validateList(path: string, { shape, value, before }: Checked<ListShape>, report: Report): void {
  if (!isList(value)) {
    report(wrongType(path, 'array', value));
    return;
  }
  const { maxItems } = shape.rules ?? {};
  if (maxItems !== undefined && value.length > maxItems) {
    const message = `Too many: ${value.length}: must have at most ${maxItems} items`;
    report({ field: path, reason: 'FieldValueTooMany', message });
  }
  const earlier = isList(before) ? before : [];
  for (const [index, item] of value.entries()) {
    validateAt(`${path}[${index}]`, { shape: shape.items, value: item, before: earlier[index] }, report);
  }
}

function validateScalar(path: string, { type, rules }: ScalarShape, value: unknown, report: Report): void {
  if (!isOfType(type, value)) {
    reportWrongScalar(path, type, value, report);
    return;
  }
  if (rules === undefined) {
    return;
  }
  const cause = tooLong(path, rules, value) ?? unfit(path, rules, value);
  if (cause !== undefined) {
    report(cause);
  }
  if (rules.enum?.includes(value) === false) {
    const supported = rules.enum.map((choice) => JSON.stringify(choice)).join(', ');
    const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`;
    report({ field: path, reason: 'FieldValueNotSupported', message });
  }
}

function tooLong(path: string, { maxLength }: ValueRules, value: unknown): FieldCause | undefined {
  return maxLength !== undefined && typeof value === 'string' && characters(value) > maxLength
    ? { field: path, reason: 'FieldValueTooLong', message: `Too long: may not be more than ${maxLength} bytes` }
    : undefined;
}

function unfit(path: string, rules: ValueRules, value: unknown): FieldCause | undefined {
  const problem = problemOf(path, rules, value);
  if (problem === undefined) {
    return undefined;
  }
  const reason = problem.includes('must be of type') ? 'FieldValueTypeInvalid' : 'FieldValueInvalid';
  return { field: path, reason, message: `Invalid value: ${JSON.stringify(value)}: ${problem}` };
}

function problemOf(path: string, rules: ValueRules, value: unknown): string | undefined {
  if (typeof value === 'number') {
    return numberProblem(path, rules, value);
  }
  if (typeof value !== 'string') {
    return undefined;
  }
  const { pattern, isDateTime, minLength = 0 } = rules;
  if (characters(value) < minLength) {
    return `${path} in body should be at least ${minLength} chars long`;
  }
  if (pattern !== undefined && !pattern.expression.test(value)) {
    return `${path} in body should match '${pattern.text}'`;
  }
  return isDateTime && Number.isNaN(Date.parse(value))
    ? `${path} in body must be of type date-time: ${JSON.stringify(value)}`
    : undefined;
}

/** What the API server counts, whatever it calls them. */
function characters(text: string): number {
  return Array.from(text).length;
}

function numberProblem(path: string, { minimum, maximum }: ValueRules, value: number): string | undefined {
  if (minimum !== undefined && value < minimum) {
    return `${path} in body should be greater than or equal to ${minimum}`;
  }
  return maximum !== undefined && value > maximum
    ? `${path} in body should be less than or equal to ${maximum}`
    : undefined;
}

function reportWrongScalar(path: string, type: ScalarShape['type'], value: unknown, report: Report): void {
  report(wrongType(path, type === 'int-or-string' ? 'integer,string' : type, value));
  if (type === 'integer' && typeof value === 'number') {
    const message = `Invalid value: "": Checked value must be of type integer (default format) in ${path}`;
    report({ field: '<nil>', reason: 'FieldValueInvalid', message });
  }
}

function isOfType(type: ScalarShape['type'], value: unknown): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value);
    case 'int-or-string':
      return typeof value === 'string' || Number.isInteger(value);
    case 'quantity':
      return typeof value === 'string';
    case 'string':
    case 'number':
    case 'boolean':
    default:
      return typeof value === type;
  }
}

function wrongType(path: string, wanted: string, value: unknown): FieldCause {
  const found = typeName(value);
  const message = `Invalid value: "${found}": ${path} in body must be of type ${wanted}: "${found}"`;
  return { field: path, reason: 'FieldValueTypeInvalid', message };
}

function typeName(value: unknown): string {
  if (value === null) {
    return 'null';
  }
  if (Array.isArray(value)) {
    return 'array';
  }
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
