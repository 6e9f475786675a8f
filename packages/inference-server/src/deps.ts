import { RequestError } from './core/errors.ts';
import type { Lifecycle, LoadedModel } from './core/lifecycle.ts';
import type { Host, Logger, Metrics } from './core/ports.ts';

/** What the routes work with. */
export interface AppDeps {
  readonly lifecycle: Lifecycle;
  readonly metrics: Metrics;
  readonly host: Host;
  readonly logger: Logger;
  readonly servedModelName: string;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  readonly newId: () => string;
  /** Aborts what still runs when the time for an orderly end is over. */
  readonly shutdown: AbortSignal;
}

/** The model, or the reason why there is none at the moment. */
export function requireModel({ lifecycle }: Pick<AppDeps, 'lifecycle'>): LoadedModel {
  const { phase } = lifecycle;
  if (phase.kind !== 'ready') {
    throw new RequestError('Unavailable', `Model not initialized: ${lifecycle.unreadyReason ?? ''}`);
  }
  return phase.model;
}
