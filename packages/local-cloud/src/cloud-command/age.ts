const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const;

/** Time since `timestamp` as kubectl writes it: the largest unit, and the next one while the first is small. */
export function age(timestamp: string, now: Date): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - Date.parse(timestamp)) / 1000));
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  const [unit, size] = UNITS[first] ?? ['s', 1];
  const whole = Math.floor(seconds / size);
  const [nextUnit, nextSize] = UNITS[first + 1] ?? ['', 1];
  const rest = Math.floor((seconds % size) / nextSize);
  return `${whole}${unit}${nextUnit === '' || rest === 0 || whole >= 10 ? '' : `${rest}${nextUnit}`}`;
}
