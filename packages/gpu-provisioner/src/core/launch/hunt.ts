import type { Wishes } from '../claim/wishes.ts';
import type { ObservedClaim } from '../observed.ts';
import { candidates } from './candidates.ts';
import type { Candidate } from './candidates.ts';

/** Where the search for a place for the claim's VM stands. */
export type Hunt =
  /** The region has not been read yet, or too long ago. */
  | { readonly state: 'Reading'; readonly awaits: 'skus' | 'usages' }
  | { readonly state: 'Found'; readonly candidate: Candidate; readonly passed: readonly Candidate[] }
  /** Not one of the candidates is offered to this subscription: waiting does not help. */
  | { readonly state: 'NoneOffered'; readonly passed: readonly Candidate[] }
  | { readonly state: 'Exhausted'; readonly passed: readonly Candidate[] };

/** The first candidate that nothing speaks against; `passed` are those before it, which were refused or cannot be had. */
export function hunt(
  { now, offerings, settings }: Pick<ObservedClaim, 'now' | 'offerings' | 'settings'>,
  wishes: Wishes,
): Hunt {
  if (offerings.skus === 'Loading') {
    return { state: 'Reading', awaits: 'skus' };
  }
  const all = candidates(wishes, { offerings, location: settings.location, now });
  const found = all.findIndex(({ obstacle }) => obstacle === undefined);
  const candidate = all[found];
  if (candidate === undefined) {
    const isNever = all.every(({ obstacle }) => obstacle?.kind === 'NotOffered');
    return { state: isNever ? 'NoneOffered' : 'Exhausted', passed: all };
  }
  return candidate.sku !== undefined && offerings.usages === 'None'
    ? { state: 'Reading', awaits: 'usages' }
    : { state: 'Found', candidate, passed: all.slice(0, found) };
}
