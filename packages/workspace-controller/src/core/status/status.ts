import { withCondition } from '@kaito/controller-runtime';
import type { Condition } from '@kaito/controller-runtime';
import { conditions, isSameJson } from '@kaito/types';
import type { Workspace, WorkspaceStatus } from '@kaito/types';

import { attemptsAfter } from '../claims/attempts.ts';
import { wordOf } from '../claims/claim.ts';
import { pooledNodes } from '../claims/pooled-nodes.ts';
import { failureOfClaims } from '../nodes/nodes-hold.ts';
import { conditionsOfOtherSources, nodesVerdict } from '../nodes/nodes-verdict.ts';
import type { Observed } from '../observed.ts';
import type { Situation } from '../situation.ts';
import { sentence } from '../spec/reading.ts';
import type { Problem } from '../spec/reading.ts';
import { inferenceVerdict } from '../workload/inference-verdict.ts';
import { reasons } from './reasons.ts';
import { failed, ready, waiting } from './verdict.ts';
import type { Told, Verdict } from './verdict.ts';

const types = conditions.workspace;

/** The status of a Workspace that can run. */
export function statusOf(situation: Situation): WorkspaceStatus {
  const { observed, settings, source, fleet, claims, spec } = situation;
  const { told: toldOfNodes, verdict: nodes } = nodesVerdict(situation);
  const inference = inferenceVerdict(situation, nodes);
  const resource = resourceVerdict(nodes);
  const isReady = resource.status === 'True' && inference.status === 'True';
  const attempts = attemptsAfter(
    observed,
    {
      made: claims.names.length,
      failure: failureOfClaims(situation),
      isSettled: nodes.status === 'True',
      count: spec.resource.count,
    },
    settings,
  );
  return {
    conditions: told(
      observed,
      [
        ...toldOfNodes,
        [types.resourceReady, resource],
        [types.inferenceReady, inference],
        ...overall([resource, inference]),
      ],
      conditionsOfOtherSources(source),
    ),
    // with those that may come back: by this list they are known as such
    workerNodes: [...fleet.workers, ...fleet.absent].map(({ metadata }) => metadata.name).toSorted(),
    state: stateOf(observed.workspace, isReady),
    targetNodeCount: spec.resource.count,
    ...(attempts === undefined ? {} : { attempts }),
    ...recordOfGroup(situation, inference.status === 'True'),
  };
}

/** A group is remembered as it was when it last served. */
function recordOfGroup(
  { observed, workload: { group } }: Situation,
  isServing: boolean,
): Pick<WorkspaceStatus, 'group'> {
  const record = (isServing ? group?.complete : undefined) ?? observed.workspace.status?.group;
  return record === undefined ? {} : { group: record };
}

/** The status of a Workspace that cannot run before a person changes it. What runs already is left as it is. */
export function statusOfProblems(observed: Observed, problems: readonly Problem[]): WorkspaceStatus {
  const { workspace } = observed;
  const failure = failed(reasons.workspaceFailed, sentence(problems));
  return {
    ...recorded(workspace.status),
    conditions: told(observed, [
      ...blockedParts(workspace, problems),
      [types.workspaceReady, failure],
      [types.workspaceSucceeded, failure],
    ]),
    state: stateOf(workspace, false),
  };
}

/** The status of a Workspace on its way out. */
export function statusOfDeletion(observed: Observed): WorkspaceStatus {
  const message = `workspace is being deleted${awaitedRemovals(observed)}`;
  const gone = waiting(reasons.workspaceDeleted, message);
  return {
    ...recorded(observed.workspace.status),
    conditions: told(observed, [
      [types.workspaceDeleting, ready(reasons.workspaceDeleted, message)],
      [types.workspaceReady, gone],
      [types.workspaceSucceeded, gone],
    ]),
  };
}

function awaitedRemovals(observed: Observed): string {
  const { claims, nodePool } = observed;
  const names = [
    ...(nodePool === undefined ? [] : [`${wordOf({ api: 'NodePool' })} ${nodePool.metadata.name}`]),
    ...claims.map((claim) => `${wordOf(claim)} ${claim.metadata.name}`).toSorted(),
    ...pooledNodes(observed).map(({ metadata }) => `node ${metadata.name}`),
  ];
  return names.length === 0 ? '' : `: waiting for the provisioner to remove ${names.join(', ')}`;
}

/** Whether the status says this already. */
export function isWritten(status: WorkspaceStatus, { status: current = {} }: Workspace): boolean {
  return isSameJson(comparable(status), comparable(current));
}

/** The fields that we know, in one order. */
function comparable({ conditions: list = [], ...status }: WorkspaceStatus): object {
  return { ...recorded(status), conditions: list.toSorted((a, b) => (a.type < b.type ? -1 : 1)) };
}

function resourceVerdict(nodes: Verdict): Verdict {
  if (nodes.status === 'True') {
    return ready(reasons.resourceSuccess, 'workspace resource is ready');
  }
  return nodes.isFailure
    ? failed(reasons.resourceFailed, nodes.message)
    : waiting(reasons.resourceNotReady, nodes.message);
}

/** What the first part that fails says, else what the first part that is not ready waits for. */
function overall(parts: readonly Verdict[]): Told {
  const part = parts.find(({ isFailure }) => isFailure) ?? parts.find(({ status }) => status !== 'True');
  if (part === undefined) {
    return [
      [types.workspaceReady, ready(reasons.workspaceReady, 'workspace is ready')],
      [types.workspaceSucceeded, ready(reasons.workspaceSucceeded, 'workspace succeeds')],
    ];
  }
  const verdict = part.isFailure
    ? failed(reasons.workspaceFailed, part.message)
    : waiting(reasons.workspacePending, part.message);
  return [
    [types.workspaceReady, verdict],
    [types.workspaceSucceeded, verdict],
  ];
}

/** The parts that a problem holds up: an image that no kubelet could pull, a feature that is not there. */
function blockedParts({ tuning }: Workspace, problems: readonly Problem[]): Told {
  const images = problems.filter(({ kind }) => kind === 'image');
  const missing = problems.filter(({ kind }) => kind === 'unavailable');
  const [blocking, reason] =
    images.length > 0 ? [images, reasons.invalidImageName] : [missing, reasons.featureNotAvailable];
  if (blocking.length === 0) {
    return [];
  }
  const message = sentence(blocking);
  return [
    [tuning === undefined ? types.inferenceReady : types.jobStarted, failed(reason, message)],
    [types.resourceReady, waiting(reasons.resourceNotReady, `no node is asked for: ${message}`)],
  ];
}

/** All conditions, those of others as they are: the list is written as a whole. */
function told(
  { workspace, now }: Observed,
  parts: Told,
  outdated: readonly string[] = [],
): WorkspaceStatus['conditions'] {
  const observedGeneration = workspace.metadata.generation ?? 0;
  const present = (workspace.status?.conditions ?? []).filter(({ type }) => !outdated.includes(type));
  let own: readonly Condition[] = present
    .filter(isOwn)
    .map(({ observedGeneration: generation = 0, ...condition }) => ({ ...condition, observedGeneration: generation }));
  for (const [type, { status, reason, message }] of parts) {
    own = withCondition(own, { type, status, reason, message, observedGeneration }, now);
  }
  return [...own, ...present.filter((condition) => !isOwn(condition))];
}

/** The Go original left conditions of its own, and others may write theirs. */
function isOwn({ type }: { readonly type: string }): boolean {
  return Object.values<string>(types).includes(type);
}

/** What earlier reconciles have recorded. Server-side apply drops a field that is not named again. */
function recorded({ workerNodes, state, targetNodeCount, attempts, group }: WorkspaceStatus = {}): WorkspaceStatus {
  return {
    ...(workerNodes === undefined ? {} : { workerNodes }),
    ...(state === undefined ? {} : { state }),
    ...(targetNodeCount === undefined ? {} : { targetNodeCount }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(group === undefined ? {} : { group }),
  };
}

function stateOf({ status }: Workspace, isReady: boolean): string {
  if (isReady) {
    return 'Ready';
  }
  return status?.state === 'Ready' || status?.state === 'NotReady' ? 'NotReady' : 'Pending';
}
