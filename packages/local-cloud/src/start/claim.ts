import type { ObjectMeta } from '@kaito/types';

interface ClaimCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

/** A request for one node, of either API. */
export interface Claim {
  readonly kind: 'Machine' | 'NodeClaim';
  readonly metadata: ObjectMeta;
  readonly status?:
    | {
        readonly nodeName?: string | undefined;
        readonly providerID?: string | undefined;
        readonly conditions?: readonly ClaimCondition[] | undefined;
      }
    | undefined;
}
