import type { ApiDriver } from '../api/api-driver.ts';

/** An API server whose garbage is collected. */
export interface CollectionDriver extends ApiDriver {
  /** Shows what `project` makes of the world once the collector has come to rest. */
  rest(project: () => Promise<unknown>): Promise<unknown>;
}
