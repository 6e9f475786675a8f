import { fieldsOf, isList } from './json.ts';
import type { Fields } from './json.ts';

type Labels = Readonly<Record<string, string>>;

/** Whether labels fulfil a selector written as an object (`matchLabels`, `matchExpressions`); everything fulfils an empty one. */
export function isSelectedByTerms(selector: Fields, labels: Labels = {}): boolean {
  const { matchLabels, matchExpressions } = selector;
  return (
    Object.entries(fieldsOf(matchLabels)).every(([name, value]) => labels[name] === value) &&
    (isList(matchExpressions) ? matchExpressions : []).every((expression) => isFulfilled(fieldsOf(expression), labels))
  );
}

function isFulfilled({ key, operator, values }: Fields, labels: Labels): boolean {
  const value = labels[String(key)];
  const isNamed = isList(values) && values.includes(value);
  switch (operator) {
    case 'In':
      return value !== undefined && isNamed;
    case 'NotIn':
      return value === undefined || !isNamed;
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined;
  }
}
