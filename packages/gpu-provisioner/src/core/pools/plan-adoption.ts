import { withFinalizer } from '@kaito/controller-runtime';
import { annotations, finalizers } from '@kaito/types';

import type { Plan } from '../actions.ts';
import { hasFinalizer, refOf } from '../claim/claim.ts';
import type { ObservedClaim } from '../observed.ts';
import { adoptionOf } from './legacy-pool.ts';
import { ownershipOf } from './ownership.ts';

/**
 * Takes down on the claim that the pool, which the Go gpu-provisioner made, is its own, so that no label that is
 * edited later makes it a stranger's. The pool is not marked instead: that would be an update of a pool that works.
 */
export function planAdoption({ claim, pool: { view }, settings }: ObservedClaim): Plan | undefined {
  if (view.state !== 'Present' || ownershipOf(view.pool, claim, settings.clusterId) !== 'legacy') {
    return undefined;
  }
  const adopted = adoptionOf(view.pool);
  if (claim.annotations[annotations.adoptedPool] === adopted && hasFinalizer(claim)) {
    return undefined;
  }
  const patch = {
    metadata: {
      resourceVersion: claim.resourceVersion,
      finalizers: withFinalizer(claim.finalizers, finalizers.termination),
      annotations: { [annotations.adoptedPool]: adopted },
    },
  };
  return { actions: [{ kind: 'PatchClaim', claim: refOf(claim), patch }], requeueAfterMs: 0 };
}
