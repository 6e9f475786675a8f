import { timestamp } from '@kaito/types';

import { claimProgress, createdMs, isClaimReady, launchFailure } from '../claims/claim.ts';
import type { Claim } from '../claims/claim.ts';
import type { Situation } from '../situation.ts';
import { reasons } from '../status/reasons.ts';
import { failed, ready, waiting } from '../status/verdict.ts';
import type { Verdict } from '../status/verdict.ts';
import { gpusOf } from './gpus.ts';
import { namesOf } from './nodes.ts';
import { obstacle } from './obstacle.ts';

/** Whether the nodes are there, and if not, who has to do what. */
export function nodesVerdict(situation: Situation): Verdict {
  return (
    refused(situation) ??
    settled(situation) ??
    launchFailed(situation) ??
    betweenAttempts(situation) ??
    overdue(situation) ??
    unusable(situation) ??
    absent(situation) ??
    beingCreated(situation)
  );
}

/** Why a claim fails to launch, in the words of its provisioner. */
export function failureOfClaims({ fleet }: Situation): string | undefined {
  return fleet.claims.map(launchFailure).find((failure) => failure !== undefined);
}

/** Claims that are older than the deadline and have not become ready. */
function isOverdue(claim: Claim, { observed, settings }: Situation): boolean {
  return !isClaimReady(claim) && observed.now.getTime() - createdMs(claim) >= settings.deadlines.claimReadyMs;
}

function refused({ failure }: Situation): Verdict | undefined {
  return failure?.area === 'nodes' ? failed(reasons.machineFailedCreation, failure.message) : undefined;
}

function launchFailed(situation: Situation): Verdict | undefined {
  const failure = failureOfClaims(situation);
  return failure === undefined ? undefined : failed(reasons.machineFailedCreation, failure);
}

function betweenAttempts({ claims, observed }: Situation): Verdict | undefined {
  if (claims.nextAttemptMs === undefined) {
    return undefined;
  }
  const cause = observed.workspace.status?.attempts?.lastFailure ?? 'the last machine vanished before it was ready';
  return failed(reasons.machineFailedCreation, `${cause}; the next attempt is at ${timestamp(claims.nextAttemptMs)}`);
}

function settled({ fleet, spec }: Situation): Verdict | undefined {
  const { count, needsGpus } = spec.resource;
  if (fleet.workers.length < count) {
    return undefined;
  }
  const bare = needsGpus ? fleet.workers.filter((node) => gpusOf(node) === 0) : [];
  return bare.length === 0
    ? ready(reasons.installNodePluginsSuccess, 'machines plugins have been installed successfully')
    : waiting(
        reasons.nodePluginsNotReady,
        `waiting for nvidia.com/gpu on node ${namesOf(bare).join(', ')}: is the device plugin running?`,
      );
}

function overdue(situation: Situation): Verdict | undefined {
  const claim = situation.fleet.claims.find((one) => isOverdue(one, situation));
  if (claim === undefined) {
    return undefined;
  }
  const { name } = claim.metadata;
  const message = `check machine status timed out. machine ${name} is not ready: ${claimProgress(claim)}; look at its events and at its provisioner`;
  return failed(reasons.checkMachineStatusFailed, message);
}

/** A ready claim whose node is there and yet cannot be used. */
function unusable({ fleet, observed, spec }: Situation): Verdict | undefined {
  for (const claim of fleet.claims.filter(isClaimReady)) {
    const node = observed.nodes.find(({ metadata }) => metadata.name === claim.status?.nodeName);
    const why = node === undefined ? undefined : obstacle(node, observed, spec.resource);
    if (node !== undefined && why !== undefined) {
      const message = `machine ${claim.metadata.name} is ready, but its node ${node.metadata.name} ${why}`;
      return waiting(reasons.nodeNotReady, message);
    }
  }
  return undefined;
}

function absent({ fleet }: Situation): Verdict | undefined {
  return fleet.absent.length === 0
    ? undefined
    : waiting(
        reasons.nodeNotReady,
        `waiting for node ${namesOf(fleet.absent).join(', ')} to be ready again; deleting it lets another be bought`,
      );
}

function beingCreated({ fleet, claims, spec, observed }: Situation): Verdict {
  const { count, instanceType } = spec.resource;
  const pending = [
    ...fleet.claims.filter((claim) => !isClaimReady(claim)).map(({ metadata }) => metadata.name),
    ...claims.names,
  ].toSorted();
  const leaving = fleet.leavingClaims.map(({ metadata }) => metadata.name);
  const waitedFor =
    pending.length > 0 || leaving.length === 0
      ? `waiting for the provisioner to bring up ${pending.join(', ')} (${instanceType})`
      : `waiting for machine ${leaving.join(', ')} to be gone before another is made`;
  const lastFailure = observed.workspace.status?.attempts?.lastFailure;
  const history = lastFailure === undefined ? '' : `; the attempt before failed: ${lastFailure}`;
  const message = `creating ${count - fleet.workers.length} machines: ${waitedFor}${history}`;
  return { status: 'Unknown', reason: reasons.createMachinePending, message, isFailure: false };
}
