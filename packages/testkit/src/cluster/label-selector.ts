import * as z from 'zod';

const Selector = z.object({
  matchLabels: z.record(z.string(), z.string()).default({}),
  matchExpressions: z
    .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).default([]) }))
    .default([]),
});

type Labels = Readonly<Record<string, string>>;
type IsSelected = (labels: Labels) => boolean;

const known = new WeakMap<object, IsSelected>();

/** An object's `selector`: everything fulfils an empty one, nothing one that is not there. */
export function selectorOf(selector: unknown): IsSelected {
  if (typeof selector !== 'object' || selector === null) {
    return () => false;
  }
  const found = known.get(selector) ?? read(selector);
  known.set(selector, found);
  return found;
}

function read(selector: object): IsSelected {
  const { matchExpressions, matchLabels } = Selector.parse(selector);
  const equalities = Object.entries(matchLabels);
  return (labels) =>
    equalities.every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      const value = labels[key];
      const isIn = value !== undefined && (values.length === 0 || values.includes(value));
      return operator === 'In' || operator === 'Exists' ? isIn : !isIn;
    });
}
