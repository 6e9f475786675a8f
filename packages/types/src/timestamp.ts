/** Kubernetes' time format for a point in milliseconds; the API server keeps whole seconds. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}Z`;
}

/** Milliseconds of a time that the API server wrote; undefined when it is none. */
export function timestampMs(text: string): number | undefined {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
