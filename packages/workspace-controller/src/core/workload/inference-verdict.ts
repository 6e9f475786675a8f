import { conditions, timestampMs } from '@kaito/types';
import type { Deployment } from '@kaito/types';

import type { Situation } from '../situation.ts';
import { reasons } from '../status/reasons.ts';
import { failed, ready, waiting } from '../status/verdict.ts';
import type { Verdict } from '../status/verdict.ts';
import { podFailure, schedulingFailure } from './pod-failure.ts';
import { refusedPods } from './pod-refusal.ts';

/** Whether the model answers, and if not, who has to do what. */
export function inferenceVerdict(situation: Situation, nodes: Verdict): Verdict {
  return (
    refused(situation) ??
    nameTaken(situation) ??
    serving(situation) ??
    podFailure(situation.observed.pods) ??
    refusedPods(situation) ??
    waitingForNodes(nodes) ??
    stranded(situation) ??
    starting(situation)
  );
}

/** When a pod that no node has taken counts as a failure: some time after the nodes became ready. */
export function schedulingDeadlineMs({ observed, settings }: Situation): number | undefined {
  const resource = observed.workspace.status?.conditions?.find(
    ({ type, status }) => type === conditions.workspace.resourceReady && status === 'True',
  );
  const since = timestampMs(resource?.lastTransitionTime ?? '');
  return since === undefined || schedulingFailure(observed.pods) === undefined
    ? undefined
    : since + settings.deadlines.schedulingMs;
}

function refused({ failure }: Situation): Verdict | undefined {
  return failure?.area === 'workload' ? failed(reasons.inferenceFailed, failure.message) : undefined;
}

function nameTaken({ workload, observed }: Situation): Verdict | undefined {
  const taken = [
    ...(workload.deployment === 'foreign' ? ['Deployment'] : []),
    ...(workload.service === 'foreign' ? ['Service'] : []),
  ];
  if (taken.length === 0) {
    return undefined;
  }
  const { name } = observed.workspace.metadata;
  const message = `the ${taken.join(' and the ')} ${name} exist already and belong to somebody else: rename them or this workspace`;
  return failed(reasons.inferenceFailed, message);
}

function serving({ observed: { deployment }, workload, spec }: Situation): Verdict | undefined {
  const isAsWanted = workload.deployment === 'current' || workload.deployment === 'adopted';
  return isAsWanted && deployment !== undefined && isRolledOut(deployment, spec.resource.count)
    ? ready(reasons.inferenceSuccess, 'Inference has been deployed successfully')
    : undefined;
}

function isRolledOut({ metadata, status }: Deployment, count: number): boolean {
  return (
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    status.readyReplicas === count &&
    status.updatedReplicas === count &&
    status.replicas === count
  );
}

function waitingForNodes(nodes: Verdict): Verdict | undefined {
  return nodes.status === 'True' ? undefined : waiting(reasons.inferencePending, 'waiting for the nodes');
}

function stranded(situation: Situation): Verdict | undefined {
  const deadlineMs = schedulingDeadlineMs(situation);
  return deadlineMs !== undefined && situation.observed.now.getTime() >= deadlineMs
    ? schedulingFailure(situation.observed.pods)
    : undefined;
}

function starting({ observed, spec }: Situation): Verdict {
  const readyPods = observed.deployment?.status.readyReplicas ?? 0;
  const message = `${readyPods} of ${spec.resource.count} pods are ready: waiting for the server to start and load the model`;
  return waiting(reasons.inferencePending, message);
}
