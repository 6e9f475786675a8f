import type { ResourceType } from '@kaito/controller-runtime';

import type { FieldSet } from './apply/field-set.ts';
import type { Fields } from './json.ts';
import type { FieldCause } from './refusal.ts';
import type { RecordShape } from './schema/shape.ts';

/** What the API server knows of a kind. */
export interface KindRules {
  readonly type: ResourceType;
  readonly shape: RecordShape;
  /** A struct in Go: what is empty is left out. */
  readonly isBuiltIn: boolean;
  readonly names: 'subdomain' | 'label';
  readonly hasStatus: boolean;
  /** Whether `metadata.generation` counts changes; of everything but metadata and status. */
  readonly hasGeneration: boolean;
  /** Whether new annotations count as a new generation, too. */
  readonly countsAnnotations?: boolean;
  /** What a write of the status leaves as it was. */
  readonly statusKeeps: 'everything else' | 'spec' | 'spec and labels';
  /** An object of which nothing has been said: who creates one does not come to own what it holds. */
  readonly empty: Fields;
  /** What nobody comes to own by a write of the object, and by one of its status. */
  readonly ignored: { readonly main: FieldSet; readonly status: FieldSet };
  /** Seconds that the object stays after a delete; undefined for kinds that go at once. */
  readonly graceSeconds?: (object: Fields, asked: number | undefined) => number;
  /** What a delete does to the objects it owns, when it does not say. */
  readonly orphansByDefault?: boolean;
  /** With the defaults of the kind, which whoever writes the object comes to own. */
  readonly defaulted: (object: Fields, before: Fields | undefined) => Fields;
  /** With what the server decides, which nobody owns. */
  readonly admitted: (object: Fields, before: Fields | undefined, allocation: Allocation) => Fields;
  /** What is wrong with an object, beyond its metadata. */
  readonly problems: (
    object: Fields,
    before: Fields | undefined,
    subresource: 'status' | undefined,
  ) => readonly FieldCause[];
}

/** Gives each that asks another number. */
export interface Allocation {
  readonly next: () => number;
}
