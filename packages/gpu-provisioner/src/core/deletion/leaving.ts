import type { Step } from '../progress.ts';

/** How far a claim's end is. */
export interface Leaving {
  /** Whether the pods are gone from its Node; absent: there is nothing to tell about that. */
  readonly drained?: Step;
  /** The cloud takes the machine away. */
  readonly isTerminating?: boolean;
}
