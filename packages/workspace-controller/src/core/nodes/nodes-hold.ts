import { timestamp } from '@kaito/types';

import { claimFailure, claimProgress, createdMs, isClaimReady, isFallen, wordOf } from '../claims/claim.ts';
import type { Claim } from '../claims/claim.ts';
import { isSourceServed } from '../claims/node-source.ts';
import type { NodeSource } from '../claims/node-source.ts';
import { poolFailure } from '../claims/pool-failure.ts';
import type { Situation } from '../situation.ts';
import { lackOf } from './lack.ts';
import { gpusOf } from './gpus.ts';
import { isNodeReady, namesOf } from './nodes.ts';
import { obstacle } from './obstacle.ts';

/** What keeps a Workspace from having its nodes, before anybody has put it into the words of a condition. */
export interface Hold {
  readonly kind:
    | 'unserved'
    | 'refused'
    | 'failedLaunch'
    | 'failedPool'
    | 'betweenAttempts'
    | 'withoutPlugin'
    | 'overdue'
    | 'unusable'
    | 'fallen'
    | 'absent'
    | 'short'
    | 'creating';
  /** Who is waited for, or what is wrong. */
  readonly detail: string;
  /** In the provisioner's words. */
  readonly reason?: string;
}

/** What may be in the way of nodes that are not all there, in the order in which it is told. */
const LOOKS: readonly ((situation: Situation) => Hold | undefined)[] = [
  unserved,
  failedPool,
  failedLaunch,
  betweenAttempts,
  overdue,
  unusable,
  absent,
  fallen,
  outstanding,
];

/** What comes first in the way of having all nodes; undefined: nothing does. */
export function nodesHold(situation: Situation): Hold | undefined {
  const { fleet, spec } = situation;
  const isComplete = fleet.workers.length >= spec.resource.count;
  return refusal(situation) ?? (isComplete ? withoutPlugin(situation) : firstOf(LOOKS, situation));
}

function firstOf(looks: typeof LOOKS, situation: Situation): Hold | undefined {
  for (const look of looks) {
    const hold = look(situation);
    if (hold !== undefined) {
      return hold;
    }
  }
  return undefined;
}

/** Why a claim fails to launch, or did before it was gone, in the words of its provisioner. */
export function failureOfClaims({ fleet, observed }: Situation): string | undefined {
  const failure = fleet.claims.map(claimFailure).find((one) => one !== undefined);
  return failure?.message ?? observed.recordedRefusal;
}

function refusal({ failure }: Situation): Hold | undefined {
  return failure?.area === 'nodes' ? { kind: 'refused', detail: failure.message } : undefined;
}

const CRDS: Readonly<Record<Exclude<NodeSource['kind'], 'byo'>, string>> = {
  machine: 'machines.karpenter.sh',
  nodeclaim: 'nodeclaims.karpenter.sh',
  nodepool: 'nodepools.karpenter.sh',
};

function unserved({ fleet, observed, source }: Situation): Hold | undefined {
  return source.kind === 'byo' || fleet.missing === 0 || isSourceServed(source, observed)
    ? undefined
    : {
        kind: 'unserved',
        detail: `the cluster has no CRD ${CRDS[source.kind]}: install the provisioner that brings it`,
      };
}

function failedPool({ observed: { nodePool } }: Situation): Hold | undefined {
  const failure = nodePool === undefined ? undefined : poolFailure(nodePool);
  return failure && { kind: 'failedPool', reason: failure.reason, detail: failure.message };
}

function failedLaunch({ fleet }: Situation): Hold | undefined {
  const failure = fleet.claims.map(claimFailure).find((one) => one !== undefined);
  return failure && { kind: 'failedLaunch', reason: failure.reason, detail: failure.message };
}

function betweenAttempts({ claims, observed, source }: Situation): Hold | undefined {
  if (claims.nextAttemptMs === undefined) {
    return undefined;
  }
  const vanished =
    source.kind === 'machine'
      ? 'the last machine vanished before it was ready'
      : 'the last nodeclaim vanished before it was ready, as it does where no capacity is to be had';
  const cause = observed.workspace.status?.attempts?.lastFailure ?? observed.recordedRefusal ?? vanished;
  return {
    kind: 'betweenAttempts',
    detail: `${cause}; the next attempt is at ${timestamp(claims.nextAttemptMs)}`,
  };
}

function withoutPlugin({ fleet, spec }: Situation): Hold | undefined {
  const bare = spec.resource.needsGpus ? fleet.workers.filter((node) => gpusOf(node) === 0) : [];
  return bare.length === 0
    ? undefined
    : {
        kind: 'withoutPlugin',
        detail: `nvidia.com/gpu on node ${namesOf(bare).join(', ')}: is the device plugin running?`,
      };
}

/** Claims that are older than the deadline and have never become ready, or a pool that nobody makes any for. */
function overdue(situation: Situation): Hold | undefined {
  const { fleet, observed } = situation;
  const claim = fleet.claims.find((one) => isOverdue(one, situation));
  if (claim !== undefined) {
    const detail = `${wordOf(claim)} ${claim.metadata.name} is not ready: ${claimProgress(claim)}; look at its events and at its provisioner`;
    return { kind: 'overdue', detail };
  }
  const { nodePool } = observed;
  return nodePool === undefined || observed.claims.length > 0 || !isPast(createdMs(nodePool), situation)
    ? undefined
    : {
        kind: 'overdue',
        detail: `no nodeclaim has come of NodePool ${nodePool.metadata.name}; look at its events and whether its provisioner serves static NodePools`,
      };
}

function isOverdue(claim: Claim, situation: Situation): boolean {
  return !isClaimReady(claim) && !isFallen(claim) && isPast(createdMs(claim), situation);
}

function isPast(sinceMs: number, { observed, settings }: Situation): boolean {
  return observed.now.getTime() - sinceMs >= settings.deadlines.claimReadyMs;
}

/** A ready claim whose node is there and yet cannot be used. */
function unusable({ fleet, observed, spec }: Situation): Hold | undefined {
  for (const claim of fleet.claims.filter(isClaimReady)) {
    const node = observed.nodes.find(({ metadata }) => metadata.name === claim.status?.nodeName);
    const why = node === undefined ? undefined : obstacle(node, observed, spec.resource);
    if (node !== undefined && why !== undefined) {
      const detail = `${wordOf(claim)} ${claim.metadata.name} is ready, but its node ${node.metadata.name} ${why}`;
      return { kind: 'unusable', detail };
    }
  }
  return undefined;
}

function fallen({ fleet }: Situation): Hold | undefined {
  const claim = fleet.claims.find(isFallen);
  return claim === undefined
    ? undefined
    : {
        kind: 'fallen',
        detail: `${wordOf(claim)} ${claim.metadata.name} is not ready any more: ${claimProgress(claim)}; deleting it lets another be made`,
      };
}

function absent({ fleet, source }: Situation): Hold | undefined {
  const advice = source.kind === 'byo' ? 'deleting it lets another be taken' : 'deleting it lets another be bought';
  const silent = fleet.absent.filter((node) => !isNodeReady(node));
  return silent.length === 0
    ? undefined
    : {
        kind: 'absent',
        detail: `waiting for node ${namesOf(silent).join(', ')} to be ready again; ${advice}`,
      };
}

/** Nothing is wrong: it only takes its time, or a person's. */
function outstanding(situation: Situation): Hold {
  const { fleet, source, spec, observed } = situation;
  if (source.kind === 'byo') {
    return { kind: 'short', detail: lackOf(situation) };
  }
  const lastFailure = observed.workspace.status?.attempts?.lastFailure;
  const history = lastFailure === undefined ? '' : `; the attempt before failed: ${lastFailure}`;
  const number = spec.resource.count - fleet.workers.length;
  const words = source.kind === 'machine' ? 'machines' : 'nodeClaims';
  return { kind: 'creating', detail: `creating ${number} ${words}: ${awaited(situation)}${history}` };
}

/** Who has to do something before there are enough nodes. */
function awaited({ fleet, claims, spec, observed }: Situation): string {
  const { instanceType } = spec.resource;
  const pending = [
    ...fleet.claims.filter((claim) => !isClaimReady(claim)).map(({ metadata }) => metadata.name),
    ...claims.names,
  ].toSorted();
  const [leaving] = fleet.leavingClaims;
  if (pending.length > 0) {
    return `waiting for the provisioner to bring up ${pending.join(', ')} (${instanceType})`;
  }
  if (leaving !== undefined) {
    const names = fleet.leavingClaims.map(({ metadata }) => metadata.name).join(', ');
    return `waiting for ${wordOf(leaving)} ${names} to be gone before another is made`;
  }
  const pool = claims.pool?.name ?? observed.nodePool?.metadata.name;
  return pool === undefined
    ? `waiting for the nodes of ${fleet.claims.map(({ metadata }) => metadata.name).join(', ')} to appear`
    : `waiting for NodePool ${pool} to bring up nodes (${instanceType})`;
}
