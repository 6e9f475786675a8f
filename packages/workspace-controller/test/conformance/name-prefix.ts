/** Begins the name of every test of a numbered statement; the command `npm run conformance` finds them by it. */
export function namePrefix(number: number): string {
  return `1.5/${number} `;
}
