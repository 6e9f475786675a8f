import type { ResourceType } from '@kaito/controller-runtime';
import { conditions, machines, nodeClaims } from '@kaito/types';

import type { ClaimApi } from '../../src/core/claims/claim.ts';
import type { NodeProvisioning } from '../../src/core/claims/node-source.ts';

/** A class that gpu-provisioner does not serve. */
export const FOREIGN_CLASS = { group: 'example.com', kind: 'GpuClass', name: 'large' } as const;

/** What differs between the eras, as far as a provisioner tells it. */
interface EraFacts {
  readonly type: ResourceType;
  /** Condition types, in the order in which they come true. */
  readonly steps: readonly [launched: string, registered: string, initialized: string];
  /** How configuration asks for it. */
  readonly nodes: NodeProvisioning;
}

export const ERAS: Readonly<Record<ClaimApi, EraFacts>> = {
  Machine: {
    type: machines,
    steps: [conditions.machine.launched, conditions.machine.registered, conditions.machine.initialized],
    nodes: { kind: 'machine' },
  },
  NodeClaim: {
    type: nodeClaims,
    steps: [conditions.nodeClaim.launched, conditions.nodeClaim.registered, conditions.nodeClaim.initialized],
    nodes: { kind: 'nodeclaim', nodeClass: FOREIGN_CLASS },
  },
};

/** Those that tests of both eras go through. */
export const CLAIM_APIS: readonly ClaimApi[] = ['Machine', 'NodeClaim'];
