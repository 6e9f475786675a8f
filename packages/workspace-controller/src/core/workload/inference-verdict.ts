import { conditions, timestamp, timestampMs } from '@kaito/types';
import type { Deployment, StatefulSet } from '@kaito/types';

import type { Situation } from '../situation.ts';
import { reasons } from '../status/reasons.ts';
import { failed, ready, waiting } from '../status/verdict.ts';
import type { Verdict } from '../status/verdict.ts';
import type { GroupPlan } from './group.ts';
import { headlessName } from './headless-service.ts';
import { membersOf } from './members.ts';
import { tellLosses } from './plan-stateful-set.ts';
import { podFailure, schedulingFailure } from './pod-failure.ts';
import { refusedPods } from './pod-refusal.ts';
import { isOnGoneNode, isPodReady } from './pod-state.ts';
import { tellMembers } from './tell-members.ts';

/** Whether the model answers, and if not, who has to do what. */
export function inferenceVerdict(situation: Situation, nodes: Verdict): Verdict {
  return (
    refused(situation) ??
    nameTaken(situation) ??
    serving(situation) ??
    (situation.workload.keeper.kind === 'StatefulSet' ? ofMembers(situation) : ofReplicas(situation, nodes))
  );
}

function ofReplicas(situation: Situation, nodes: Verdict): Verdict {
  return (
    podFailure(situation.observed.pods) ??
    refusedPods(situation) ??
    waitingForNodes(nodes) ??
    ofGoneNode(situation) ??
    stranded(situation) ??
    starting(situation)
  );
}

/** Of pods that serve together every one is told of, also when one of them fails. */
function ofMembers(situation: Situation): Verdict {
  const { statefulSet, pods } = situation.observed;
  const verdict = podFailure(membersOf(statefulSet, pods)) ?? stranded(situation);
  const message = [
    ...(verdict === undefined ? [] : [verdict.message]),
    ...restart(situation.workload.group),
    tellMembers(situation),
  ].join('; ');
  return verdict === undefined ? waiting(reasons.inferencePending, message) : { ...verdict, message };
}

function restart(group: GroupPlan | undefined): readonly string[] {
  if (group?.postponedToMs !== undefined) {
    const at = timestamp(group.postponedToMs);
    return [`${tellLosses(group.losses)}: all pods start again together at ${at}, as this has happened before`];
  }
  return group?.isRestarting === true ? ['all pods start again together'] : [];
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

function nameTaken({ workload: { keeper, service, headless }, observed }: Situation): Verdict | undefined {
  const { name } = observed.workspace.metadata;
  const taken = [
    ...(keeper.state === 'foreign' ? [`the ${keeper.kind} ${name}`] : []),
    ...(service === 'foreign' ? [`the Service ${name}`] : []),
    ...(headless === 'foreign' ? [`the Service ${headlessName(name)}`] : []),
  ];
  if (taken.length === 0) {
    return undefined;
  }
  const [verb, whom, them] = taken.length === 1 ? ['exists', 'belongs', 'it'] : ['exist', 'belong', 'them'];
  const message = `${taken.join(' and ')} ${verb} already and ${whom} to somebody else: rename ${them} or this workspace`;
  return failed(reasons.inferenceFailed, message);
}

function serving({ observed, workload: { keeper, group }, spec }: Situation): Verdict | undefined {
  const { kind, state } = keeper;
  const object = kind === 'Deployment' ? observed.deployment : observed.statefulSet;
  const isAsWanted = state === 'current' || state === 'adopted';
  const isWhole = group === undefined || group.complete !== undefined;
  return isAsWanted &&
    isWhole &&
    object !== undefined &&
    isRolledOut(object, spec.resource.count) &&
    !seemsReadyOnly(observed)
    ? ready(reasons.inferenceSuccess, 'Inference has been deployed successfully')
    : undefined;
}

/** A pod whose kubelet is gone stays as it was last told, until it is collected. */
function seemsReadyOnly({ pods, goneNodes }: Situation['observed']): boolean {
  return pods.some((pod) => isOnGoneNode(pod, goneNodes) && isPodReady(pod));
}

function isRolledOut({ metadata, status }: Deployment | StatefulSet, count: number): boolean {
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

function ofGoneNode({ observed: { pods, goneNodes } }: Situation): Verdict | undefined {
  const pod = pods.find((one) => isOnGoneNode(one, goneNodes));
  return pod === undefined
    ? undefined
    : waiting(
        reasons.inferencePending,
        `pod ${pod.metadata.name} was on node ${pod.spec.nodeName}, which is gone: another pod starts once the cluster has removed it`,
      );
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
