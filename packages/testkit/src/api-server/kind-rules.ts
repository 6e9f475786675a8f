import type { ResourceType } from '@kaito/controller-runtime';

import type { Fields } from './json.ts';

/** What the API server knows of a kind. */
export interface KindRules {
  readonly type: ResourceType;
  readonly hasStatus: boolean;
  /** Whether `metadata.generation` counts changes; of everything but metadata and status. */
  readonly hasGeneration: boolean;
  /** Whether new annotations count as a new generation, too. */
  readonly countsAnnotations?: boolean;
  /** What a write of the status leaves as it was. */
  readonly statusKeeps: 'everything else' | 'spec' | 'spec and labels';
  /** Seconds that the object stays after a delete; undefined for kinds that go at once. */
  readonly graceSeconds?: (object: Fields, asked: number | undefined) => number;
  /** What a delete does to the objects it owns, when it does not say. */
  readonly orphansByDefault?: boolean;
  /** The object as it is stored, without its metadata's bookkeeping: values read, defaults filled in, rules checked. */
  readonly admitted: (object: Fields, before: Fields | undefined) => Fields;
}
