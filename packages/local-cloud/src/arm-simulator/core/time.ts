/** Moments inside the core are milliseconds since the epoch, always passed in. */
export function rfc3339(atMs: number): string {
  // oxlint-disable-next-line no-restricted-globals -- turns a number that was passed in into text; reads no clock
  return new Date(atMs).toISOString();
}
