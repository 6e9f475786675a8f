import { badRequest } from './refusal.ts';

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

const NO_LABELS: Labels = Object.freeze({});
const KEY = '[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?';
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`, 'u');
const EQUALITY = new RegExp(`^(${KEY})\\s*(=|==|!=)\\s*([-A-Za-z0-9_.]*)$`, 'u');
const ORDER = new RegExp(`^(${KEY})\\s*([<>])\\s*(-?\\d+)$`, 'u');
const EXISTENCE = new RegExp(`^(!?)\\s*(${KEY})$`, 'u');

const parsed = new Map<string, readonly Requirement[]>();

/** Whether labels fulfil a selector as `a=b,c!=d,e in (f,g),h notin (i),j,!k`; everything fulfils an empty one. */
export function isSelectedByLabels(selector: string, labels: Labels = NO_LABELS): boolean {
  return requirementsOf(selector).every((isFulfilled) => isFulfilled(labels));
}

function requirementsOf(selector: string): readonly Requirement[] {
  const known = parsed.get(selector);
  if (known !== undefined) {
    return known;
  }
  const requirements = termsOf(selector).map(requirementOf);
  parsed.set(selector, requirements);
  return requirements;
}

/** Split at the commas that are not within brackets. */
function termsOf(selector: string): readonly string[] {
  const terms = selector.match(/(?:[^,(]|\([^)]*\)?)+/gu) ?? [];
  return terms.map((term) => term.trim()).filter((term) => term !== '');
}

function requirementOf(term: string): Requirement {
  const requirement = setRequirement(term) ?? equality(term) ?? order(term) ?? existence(term);
  if (requirement === undefined) {
    throw badRequest(`unable to parse requirement: ${term}`);
  }
  return requirement;
}

function setRequirement(term: string): Requirement | undefined {
  const [, key, operator, list] = SET.exec(term) ?? [];
  if (key === undefined || list === undefined) {
    return undefined;
  }
  const values = new Set(list.split(',').map((value) => value.trim()));
  return operator === 'in'
    ? (labels) => labels[key] !== undefined && values.has(labels[key])
    : (labels) => labels[key] === undefined || !values.has(labels[key]);
}

function equality(term: string): Requirement | undefined {
  const [, key, operator, value] = EQUALITY.exec(term) ?? [];
  if (key === undefined) {
    return undefined;
  }
  return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
}

function order(term: string): Requirement | undefined {
  const [, key, operator, value] = ORDER.exec(term) ?? [];
  if (key === undefined) {
    return undefined;
  }
  const bound = Number(value);
  return operator === '>'
    ? (labels) => isWhole(labels[key]) && Number(labels[key]) > bound
    : (labels) => isWhole(labels[key]) && Number(labels[key]) < bound;
}

function existence(term: string): Requirement | undefined {
  const [, not, key] = EXISTENCE.exec(term) ?? [];
  if (key === undefined) {
    return undefined;
  }
  return not === '!' ? (labels) => labels[key] === undefined : (labels) => labels[key] !== undefined;
}

function isWhole(text: string | undefined): text is string {
  return text !== undefined && /^-?\d+$/u.test(text);
}
