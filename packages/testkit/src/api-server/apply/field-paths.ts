import { fieldsOf } from '../json.ts';
import type { FieldSet } from './field-set.ts';

/** The members of a set as people read them: `.spec.ports[port=80,protocol="TCP"].name`; those of a level before those below. */
export function fieldPaths(set: FieldSet, prefix = ''): readonly string[] {
  const steps = [...set.children].toSorted(([left], [right]) => (left < right ? -1 : 1));
  const named = steps.map(([step, child]) => [`${prefix}${textOf(step)}`, child] as const);
  return [
    ...named.filter(([, child]) => child.isMember).map(([path]) => path),
    ...named.flatMap(([path, child]) => fieldPaths(child, path)),
  ];
}

function textOf(step: string): string {
  const rest = step.slice(2);
  if (step.startsWith('f:')) {
    return `.${rest}`;
  }
  if (step.startsWith('v:')) {
    return `[=${rest}]`;
  }
  const key: unknown = JSON.parse(rest);
  const parts = Object.entries(fieldsOf(key)).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `[${parts.join(',')}]`;
}
