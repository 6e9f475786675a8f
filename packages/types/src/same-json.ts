/** Whether two JSON values say the same, whatever the order of their members; an absent member is `undefined`. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return Object.is(a, b);
  }
  if (Array.isArray(a) !== Array.isArray(b)) {
    return false;
  }
  const left = definedMembers(a);
  const right = definedMembers(b);
  return left.size === right.size && [...left].every(([key, value]) => isSameJson(value, right.get(key)));
}

function definedMembers(value: object): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(value).filter(([, member]) => member !== undefined));
}
