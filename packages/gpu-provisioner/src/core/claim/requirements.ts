import type { Requirement } from './claim.ts';

/** What the requirements on one thing, which may go by several keys, leave of its values. */
export type Narrowed =
  /** In the order in which the claim lists them. */
  | { readonly isPossible: true; readonly values: readonly string[]; readonly isAsked: boolean }
  | { readonly isPossible: false; readonly problem: string };

export interface Narrowing {
  /** The first is the one that is named to people. */
  readonly keys: readonly string[];
  /** The values there are where the claim lists none. */
  readonly universe: readonly string[];
  /** A value as it is compared; undefined: it is none of ours. Absent: as it is written. */
  readonly read?: (value: string) => string | undefined;
}

const IMPOSSIBLE_BESIDE_ABSENCE: readonly string[] = ['In', 'Exists', 'Gt', 'Lt', 'Gte', 'Lte'];

export function narrowed(requirements: readonly Requirement[], narrowing: Narrowing): Narrowed {
  const { keys, read = asWritten, universe } = narrowing;
  const own = requirements.filter(({ key }) => keys.includes(key));
  const [listed] = own.flatMap(({ operator, values = [] }) => (operator === 'In' ? [values] : []));
  const values = distinct((listed ?? universe).flatMap((value) => read(value) ?? [])).filter((value) =>
    own.every((requirement) => permits(requirement, value, read)),
  );
  const isAsked = own.length > 0;
  if (isAsked && values.length === 0) {
    return { isPossible: false, problem: `spec.requirements leaves no value of ${keys[0] ?? ''} (${textOf(own)})` };
  }
  const least = Math.max(0, ...own.map(({ minValues = 0 }) => minValues));
  const problem = `spec.requirements wants at least ${least} values of ${keys[0] ?? ''} and leaves ${values.length} (${textOf(own)})`;
  return values.length < least ? { isPossible: false, problem } : { isPossible: true, values, isAsked };
}

/** What requirements on one and the same key say against each other, whatever the key means; undefined: nothing. */
export function contradiction(requirements: readonly Requirement[]): string | undefined {
  return distinct(requirements.map(({ key }) => key))
    .map((key) =>
      contradictionOf(
        key,
        requirements.filter((requirement) => requirement.key === key),
      ),
    )
    .find((problem) => problem !== undefined);
}

function contradictionOf(key: string, own: readonly Requirement[]): string | undefined {
  const isAbsent = own.some(({ operator }) => operator === 'DoesNotExist');
  if (isAbsent && own.some(({ operator }) => IMPOSSIBLE_BESIDE_ABSENCE.includes(operator))) {
    return `spec.requirements contradict each other about ${key} (${textOf(own)})`;
  }
  if (own.every(({ operator }) => operator !== 'In')) {
    return isRangeEmpty(own) ? `spec.requirements leaves no value of ${key} (${textOf(own)})` : undefined;
  }
  const left = narrowed(own, { keys: [key], universe: [] });
  return left.isPossible ? undefined : left.problem;
}

function isRangeEmpty(own: readonly Requirement[]): boolean {
  const bounds = (operator: string, shift: number): readonly number[] =>
    own.flatMap((one) => (one.operator === operator ? [Number(one.values?.[0]) + shift] : []));
  const least = Math.max(Number.NEGATIVE_INFINITY, ...bounds('Gt', 1), ...bounds('Gte', 0));
  const most = Math.min(Number.POSITIVE_INFINITY, ...bounds('Lt', -1), ...bounds('Lte', 0));
  return least > most;
}

function permits(
  { operator, values = [] }: Requirement,
  value: string,
  read: (value: string) => string | undefined,
): boolean {
  const isNamed = values.some((one) => isSame(read(one), value));
  const bound = Number(values[0]);
  switch (operator) {
    case 'In':
      return isNamed;
    case 'NotIn':
      return !isNamed;
    case 'DoesNotExist':
      return false;
    case 'Gt':
      return Number(value) > bound;
    case 'Gte':
      return Number(value) >= bound;
    case 'Lt':
      return Number(value) < bound;
    case 'Lte':
      return Number(value) <= bound;
    default:
      return true; // Exists
  }
}

/** Names of VM sizes and regions have no case. */
function isSame(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}

function distinct(values: readonly string[]): readonly string[] {
  return values.filter((value, index) => values.findIndex((other) => isSame(other, value)) === index);
}

function textOf(requirements: readonly Requirement[]): string {
  return requirements
    .map(({ key, operator, values = [] }) => `${key} ${operator} ${values.join(', ')}`.trim())
    .join('; ');
}

function asWritten(value: string): string {
  return value;
}
