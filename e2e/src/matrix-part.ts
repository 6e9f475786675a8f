/** Every `step`-th moment, beginning with the one of index `first`. */
export interface MatrixPart {
  readonly first: number;
  readonly step: number;
}

/** Reads `K/N`, the K-th of N parts; undefined when it is not that. */
export function matrixPart(text: string): MatrixPart | undefined {
  const [, k = '', n = ''] = /^([0-9]+)\/([0-9]+)$/u.exec(text) ?? [];
  const [number, count] = [Number(k), Number(n)];
  return k !== '' && number >= 1 && number <= count ? { first: number - 1, step: count } : undefined;
}
