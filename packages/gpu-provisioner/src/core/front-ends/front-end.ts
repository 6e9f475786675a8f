import type { Node } from '@kaito/types';

import type { Claim, ClaimApi, ClaimCondition } from '../claim/claim.ts';
import type { Leaving } from '../deletion/leaving.ts';
import type { Progress } from '../progress.ts';

/** What differs between the two APIs in which claims are written. */
export interface FrontEnd {
  readonly api: ClaimApi;
  readonly apiVersion: string;
  /** The condition that says whether the cloud has made the machine. */
  readonly launched: string;
  /** The conditions that tell of this progress, in the style of the API's era; those of others stay. */
  conditions(claim: Claim, progress: Progress, now: Date): readonly ClaimCondition[];
  /** Likewise of how far its end is; none where the era has no words for it. */
  leavingConditions(claim: Claim, leaving: Leaving, now: Date): readonly ClaimCondition[];
  /** What a Node tells of its image, where the API has a place for it. */
  imageOf(node: Node): string | undefined;
  /** The labels of claim and Node that say by which class they are made; the weakest of all. */
  classLabels(claim: Claim): Readonly<Record<string, string>>;
  /** The labels of the pool that say who provisions, weaker than the claim's own. */
  poolLabels(claim: Claim): Readonly<Record<string, string>>;
}
