import type { Claim, ClaimApi, ClaimCondition } from '../claim.ts';
import type { Progress } from '../progress.ts';

/** What differs between the two APIs in which claims are written. */
export interface FrontEnd {
  readonly api: ClaimApi;
  readonly apiVersion: string;
  /** The condition that says whether the cloud has made the machine. */
  readonly launched: string;
  /** The conditions that tell of this progress, in the style of the API's era; those of others stay. */
  conditions(claim: Claim, progress: Progress, now: Date): readonly ClaimCondition[];
  /** The labels of the pool that say who provisions, weaker than the claim's own. */
  poolLabels(claim: Claim): Readonly<Record<string, string>>;
}
