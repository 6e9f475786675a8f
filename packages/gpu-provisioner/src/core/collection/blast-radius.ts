/**
 * Whether so many of ours are affected at once that it is not they who are ill: then nothing is deleted. One alone
 * always may be. `share` is from 0 to 1.
 */
export function isTooMany(affected: number, total: number, share: number): boolean {
  return affected > 1 && affected > total * share;
}
