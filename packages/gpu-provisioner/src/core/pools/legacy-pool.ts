import { annotations, labels } from '@kaito/types';

import type { Claim } from '../claim/claim.ts';
import { msBetween, timeOf } from '../time.ts';
import type { AgentPool } from './cloud.ts';

type Labelled = Pick<AgentPool, 'nodeLabels'>;

/** Labels that lead from a pool to whoever asked for its claim; made through a node class alone, it has none. */
const OWNERS: readonly string[] = [labels.workspace, labels.workspaceNamespace, labels.ragEngine];

/** The Go gpu-provisioner and the API server read different clocks. */
const SKEW_MS = 60_000;

/** Whether the labels are those that the Go gpu-provisioner put on every pool it made, in either of its two eras. */
export function isMadeByGoProvisioner({ nodeLabels }: Labelled): boolean {
  const isOfMachine = nodeLabels[labels.provisionerName] === 'default';
  const isOfNodeClaim = nodeLabels[labels.nodePool] === 'kaito' && madeAt({ nodeLabels }) !== undefined;
  return nodeLabels[labels.machineType] !== undefined && (isOfMachine || isOfNodeClaim);
}

/** Whether the Go gpu-provisioner made this unmarked pool for this claim. What was adopted once stays adopted. */
export function isLegacyPoolOf(pool: AgentPool, claim: Claim): boolean {
  if (pool.name !== claim.name || !isMadeByGoProvisioner(pool)) {
    return false;
  }
  const adopted = claim.annotations[annotations.adoptedPool];
  return adopted === undefined ? isFirstSightOf(pool, claim) : adopted === adoptionOf(pool);
}

/** What is written on the claim that adopts the pool: another pool of this name is another one. */
export function adoptionOf({ name, nodeLabels }: Pick<AgentPool, 'name' | 'nodeLabels'>): string {
  const madeAtText = nodeLabels[labels.creationTimestamp];
  return madeAtText === undefined ? name : `${name}/${madeAtText}`;
}

/** Who asked for the pool, as its labels tell; undefined when they do not. */
export function ownerOfPool({ nodeLabels }: Labelled): string | undefined {
  return nodeLabels[labels.workspace] ?? nodeLabels[labels.ragEngine];
}

/** When its maker asked for it; the label is as ours are: RFC 3339 with hyphens for colons. */
export function madeAt({ nodeLabels }: Labelled): Date | undefined {
  const text = /^(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\dZ)$/u.exec(nodeLabels[labels.creationTimestamp] ?? '');
  return text === null ? undefined : timeOf(`${text[1]}${text[2]}:${text[3]}:${text[4]}`);
}

function isFirstSightOf(pool: AgentPool, claim: Claim): boolean {
  const made = madeAt(pool);
  const isYounger = made === undefined || msBetween(claim.createdAt, made) >= -SKEW_MS;
  return isYounger && OWNERS.every((key) => pool.nodeLabels[key] === claim.labels[key]);
}
