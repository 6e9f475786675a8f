import { annotations, labels, quantityValue } from '@kaito/types';
import type { Node } from '@kaito/types';

import type { Action } from '../actions.ts';
import { refOf, requiredValues } from '../claim/claim.ts';
import type { Claim } from '../claim/claim.ts';
import { machineType } from '../launch/pool-spec.ts';
import type { ObservedClaim } from '../observed.ts';
import { eventReasons } from '../reasons.ts';
import { msBetween, plusMs, timestamp } from '../time.ts';
import { readySince } from './node-match.ts';

/** What the vendors' device plugins offer. */
const GPU_RESOURCES: readonly string[] = ['nvidia.com/gpu', 'amd.com/gpu', 'gpu.intel.com/i915'];

/** GPUs that a Ready Node of a GPU size does not offer. */
export interface MissingGpus {
  /** From then on it is worth telling. */
  readonly tellAt: Date;
  readonly since: Date;
  readonly hint: string;
}

/** Undefined: the Node offers some, has none, or is not Ready. */
export function missingGpus(claim: Claim, node: Node, gpuAdvertisedMs: number): MissingGpus | undefined {
  const since = readySince(node);
  const vmSize = node.metadata.labels?.[labels.instanceType] ?? requiredValues(claim, labels.instanceType)[0] ?? '';
  if (since === undefined || machineType(vmSize) === 'cpu' || offersGpus(node)) {
    return undefined;
  }
  const hint =
    `Node ${node.metadata.name} of size ${vmSize} has been Ready since ${timestamp(since)} and offers no nvidia.com/gpu: ` +
    "see whether the NVIDIA device plugin runs there (its DaemonSet, its tolerations, its pod's log)";
  return { tellAt: plusMs(since, gpuAdvertisedMs), since, hint };
}

/** Tells the user, once: the mark on the claim outlasts this program. */
export function tellMissingGpus({ claim, now }: ObservedClaim, missing: MissingGpus | undefined): readonly Action[] {
  if (missing === undefined || missing.tellAt > now || claim.annotations[annotations.gpuAwaitedSince] !== undefined) {
    return [];
  }
  const mark = { [annotations.gpuAwaitedSince]: timestamp(missing.since) };
  const patch = { metadata: { resourceVersion: claim.resourceVersion, annotations: mark } };
  return [
    { kind: 'Warn', claim: refOf(claim), reason: eventReasons.gpuNotAdvertised, message: missing.hint },
    { kind: 'PatchClaim', claim: refOf(claim), patch },
  ];
}

/** Until there is something to tell; undefined: there is nothing, or it is time. */
export function untilTold({ now }: ObservedClaim, missing: MissingGpus | undefined): number | undefined {
  return missing === undefined || missing.tellAt <= now ? undefined : msBetween(now, missing.tellAt);
}

function offersGpus({ status }: Node): boolean {
  return GPU_RESOURCES.some((resource) => (quantityValue(status.allocatable?.[resource] ?? 0) ?? 0) > 0);
}
