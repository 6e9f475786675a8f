/** Whether two JSON values say the same, whatever the order of their members; an absent member is `undefined`. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return Object.is(a, b);
  }
  return (
    Array.isArray(a) === Array.isArray(b) &&
    Object.keys(a).every((key) => isSameJson(Reflect.get(a, key), Reflect.get(b, key))) &&
    Object.keys(b).every((key) => Reflect.get(b, key) === undefined || Object.hasOwn(a, key))
  );
}
