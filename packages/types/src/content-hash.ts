import { hash } from 'node:crypto';

/** Ten hex digits that tell whether two JSON values are the same, whatever the order of their keys. */
export function contentHash(value: unknown): string {
  return hash('sha256', canonical(value) ?? 'undefined').slice(0, 10);
}

/** As `JSON.stringify` has it, with sorted keys; a replacer would do it several times slower. */
function canonical(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonical(item) ?? 'null').join(',')}]`;
  }
  let members = '';
  for (const key of Object.keys(value).toSorted()) {
    const member = canonical(Reflect.get(value, key));
    if (member !== undefined) {
      members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${member}`;
    }
  }
  return `{${members}}`;
}
