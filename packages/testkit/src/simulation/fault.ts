import type { Call } from './effect.ts';

/**
 * What goes wrong at one effect.
 *
 * - `crash-before`, `crash-after`: the process dies before the request is sent, or after it was done and before the
 *   answer came; a new one starts.
 * - `conflict`: refused, since somebody else was faster.
 * - `transient`: not done, and may be asked again.
 * - `timed-out-though-done`: done, and the answer never comes.
 * - `stale-1`, `stale-5`, `stale-all`: from here on the caches show the world 1, 5 or all events late, for a while; a
 *   listing of the cloud is itself so old.
 * - `event-lost`: the next watch event does not come, and a little later its stream breaks.
 * - `event-doubled`, `event-delayed`: the next watch event comes twice; late, behind those of other streams.
 * - `two-leaders`: the machine stands still until another replica leads, and then goes on where it was.
 */
export const FAULT_KINDS = [
  'crash-before',
  'crash-after',
  'conflict',
  'transient',
  'timed-out-though-done',
  'stale-1',
  'stale-5',
  'stale-all',
  'event-lost',
  'event-doubled',
  'event-delayed',
  'two-leaders',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  /** The number of the effect. */
  readonly effect: number;
  readonly kind: FaultKind;
}

/** Whether the fault can happen to such a call at all. */
export function isPossible(kind: FaultKind, { isWrite, verb }: Call): boolean {
  if (kind === 'conflict') {
    return isWrite && verb !== 'create';
  }
  return isWrite || kind !== 'timed-out-though-done';
}
