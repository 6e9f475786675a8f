import { conditions } from '@kaito/types';

import { isClaimReady, wordOf } from '../claims/claim.ts';
import type { NodeSource } from '../claims/node-source.ts';
import type { Situation } from '../situation.ts';
import { reasons } from '../status/reasons.ts';
import { failed, ready, waiting } from '../status/verdict.ts';
import type { Told, Verdict } from '../status/verdict.ts';
import { nodesHold } from './nodes-hold.ts';
import type { Hold } from './nodes-hold.ts';

const types = conditions.workspace;

/** The conditions by which a source tells of its nodes. */
const TYPES: Readonly<Record<NodeSource['kind'], readonly string[]>> = {
  machine: [types.machineReady],
  nodeclaim: [types.nodeClaimReady, types.nodesReady],
  nodepool: [types.nodeClaimReady, types.nodesReady],
  byo: [types.nodesReady],
};

/** What tells of nodes from elsewhere: from before the configuration changed, or of the Go original. */
export function conditionsOfOtherSources({ kind }: NodeSource): readonly string[] {
  return Object.values(TYPES)
    .flat()
    .filter((type) => !TYPES[kind].includes(type));
}

export interface NodesVerdict {
  /** The conditions, each of its type. */
  readonly told: Told;
  /** Whether the nodes are there, and if not, who has to do what. */
  readonly verdict: Verdict;
}

export function nodesVerdict(situation: Situation): NodesVerdict {
  const hold = nodesHold(situation);
  const told = toldOf(situation, hold);
  const verdicts = told.map(([, verdict]) => verdict);
  const first = verdicts.find(({ isFailure }) => isFailure) ?? verdicts.find(({ status }) => status !== 'True');
  return { told, verdict: first ?? ready(reasons.nodesReady, 'Enough Nodes are ready') };
}

function toldOf(situation: Situation, hold: Hold | undefined): Told {
  const { kind } = situation.source;
  if (kind === 'machine') {
    return [[types.machineReady, machineReady(situation, hold)]];
  }
  const nodes = [types.nodesReady, nodesReady(situation, hold)] as const;
  return kind === 'byo' ? [nodes] : [[types.nodeClaimReady, nodeClaimReady(situation, hold)], nodes];
}

type Words = (hold: Hold, situation: Situation) => Verdict;

const machineFailed: Words = ({ detail }) => failed(reasons.machineFailedCreation, detail);
const nodeOfMachine: Words = ({ detail }) => waiting(reasons.nodeNotReady, detail);

const MACHINE_WORDS: Readonly<Record<Hold['kind'], Words>> = {
  unserved: machineFailed,
  refused: machineFailed,
  failedLaunch: machineFailed,
  failedPool: machineFailed,
  betweenAttempts: machineFailed,
  withoutPlugin: ({ detail }) => waiting(reasons.nodePluginsNotReady, `waiting for ${detail}`),
  overdue: ({ detail }) => failed(reasons.checkMachineStatusFailed, `check machine status timed out. ${detail}`),
  unusable: nodeOfMachine,
  absent: nodeOfMachine,
  fallen: nodeOfMachine,
  short: nodeOfMachine,
  creating: ({ detail: message }) => ({
    status: 'Unknown',
    reason: reasons.createMachinePending,
    message,
    isFailure: false,
  }),
};

function machineReady(situation: Situation, hold: Hold | undefined): Verdict {
  return hold === undefined
    ? ready(reasons.installNodePluginsSuccess, 'machines plugins have been installed successfully')
    : MACHINE_WORDS[hold.kind](hold, situation);
}

const nodeClaimFailed: Words = ({ detail }) => failed(reasons.nodeClaimFailedCreation, detail);
const told: Words = ({ detail, reason = '' }) => failed(reason === '' ? reasons.nodeClaimNotReady : reason, detail);
const claimPending: Words = ({ detail }) =>
  waiting(reasons.nodeClaimNotReady, `Ready NodeClaims are not enough: ${detail}`);

const NODE_CLAIM_WORDS: Readonly<Record<Hold['kind'], Words>> = {
  unserved: nodeClaimFailed,
  refused: nodeClaimFailed,
  failedLaunch: told,
  failedPool: told,
  betweenAttempts: nodeClaimFailed,
  withoutPlugin: claimsOnly,
  overdue: ({ detail }) => failed(reasons.checkNodeClaimStatusFailed, `check nodeClaim status timed out. ${detail}`),
  unusable: claimsOnly,
  absent: claimsOnly,
  fallen: claimPending,
  short: claimsOnly,
  creating: claimPending,
};

function nodeClaimReady(situation: Situation, hold: Hold | undefined): Verdict {
  return hold === undefined ? enoughClaims() : NODE_CLAIM_WORDS[hold.kind](hold, situation);
}

/** When what is in the way is a node. */
function claimsOnly(_: Hold, { fleet }: Situation): Verdict {
  const pending = fleet.claims.filter((claim) => !isClaimReady(claim));
  const names = pending.map((claim) => `${wordOf(claim)} ${claim.metadata.name}`).join(', ');
  return pending.length === 0
    ? enoughClaims()
    : waiting(reasons.nodeClaimNotReady, `Ready NodeClaims are not enough: ${names} is not ready`);
}

function enoughClaims(): Verdict {
  return ready(reasons.nodeClaimsReady, 'Enough NodeClaims are ready');
}

const nodesLacking: Words = (_, { fleet, spec }) =>
  waiting(reasons.nodeNotReady, lacking(fleet.workers.length, spec.resource.count));
const nodesLackingSince: Words = ({ detail }, { fleet, spec }) =>
  waiting(reasons.nodeNotReady, `${lacking(fleet.workers.length, spec.resource.count)}; ${detail}`);

const NODES_WORDS: Readonly<Record<Hold['kind'], Words>> = {
  unserved: nodesLacking,
  refused: (hold, situation) =>
    situation.source.kind === 'byo' ? failed(reasons.nodeNotReady, hold.detail) : nodesLacking(hold, situation),
  failedLaunch: nodesLacking,
  failedPool: nodesLacking,
  betweenAttempts: nodesLacking,
  withoutPlugin: ({ detail }) =>
    waiting(reasons.nodePluginsNotReady, `waiting all node plugins to be ready: ${detail}`),
  overdue: nodesLacking,
  unusable: nodesLackingSince,
  absent: nodesLackingSince,
  fallen: nodesLacking,
  short: nodesLackingSince,
  creating: nodesLacking,
};

function nodesReady(situation: Situation, hold: Hold | undefined): Verdict {
  return hold === undefined
    ? ready(reasons.nodesReady, 'Enough Nodes are ready')
    : NODES_WORDS[hold.kind](hold, situation);
}

function lacking(have: number, count: number): string {
  return `Not enough Nodes are ready: ${have} of ${count}`;
}
