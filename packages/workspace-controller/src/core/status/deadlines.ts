import { createdMs, isClaimReady } from '../claims/claim.ts';
import type { Situation } from '../situation.ts';
import { schedulingDeadlineMs } from '../workload/inference-verdict.ts';

/** How long until time alone changes what is to be done or told; undefined when only a change can. */
export function untilNextDeadlineMs(situation: Situation): number | undefined {
  const { claims, fleet, observed, settings, workload } = situation;
  const nowMs = observed.now.getTime();
  const pending = fleet.claims.filter((claim) => !isClaimReady(claim));
  const deadlines = [
    claims.nextAttemptMs,
    workload.group?.postponedToMs,
    schedulingDeadlineMs(situation),
    ...(observed.nodePool === undefined ? [] : [createdMs(observed.nodePool) + settings.deadlines.claimReadyMs]),
    ...pending.map((claim) => createdMs(claim) + settings.deadlines.claimReadyMs),
  ];
  const waits = deadlines.filter((at) => at !== undefined && at > nowMs).map((at = nowMs) => at - nowMs);
  return waits.length === 0 ? undefined : Math.min(...waits);
}
