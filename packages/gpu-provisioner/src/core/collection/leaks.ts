import type { Claim } from '../claim/claim.ts';
import type { AgentPool, PoolPhase } from '../pools/cloud.ts';
import { isMadeByGoProvisioner, madeAt, ownerOfPool } from '../pools/legacy-pool.ts';
import { markOf } from '../pools/ownership.ts';
import { msBetween } from '../time.ts';

/**
 * What bills without anybody having it.
 *
 * - `NoClaim`: the pool bears our mark, and its claim is gone.
 * - `LegacyNoClaim`: the Go gpu-provisioner made the pool, and there is no claim of its name.
 * - `OtherCluster`: the pool bears the mark of another Kubernetes cluster, though it is one of this AKS cluster.
 * - `Failed`: the pool is a claim's, but was not made; its machine may be there all the same.
 * - `SlowDeletion`: the claim has been in deletion for long, and its pool is there.
 */
export type LeakKind = 'NoClaim' | 'LegacyNoClaim' | 'OtherCluster' | 'Failed' | 'SlowDeletion';

export interface Leak {
  readonly kind: LeakKind;
  readonly pool: string;
  readonly vmSize: string;
  readonly phase: PoolPhase;
  readonly isStopped: boolean;
  /** Whose it is or was, as far as it says. */
  readonly owner?: string;
  /** When the pool was asked for, or the claim's deletion was; absent: nothing tells. */
  readonly since?: Date;
  /** In the currency of the price list; absent: it has no such size. */
  readonly costPerHour?: number;
  /** Since then. */
  readonly cost?: number;
}

/** What a machine of a size costs in an hour, by the size in lower case. */
export type Prices = ReadonlyMap<string, number>;

export interface LeaksInput {
  /** Listed before the claims: a claim is there before its pool. */
  readonly pools: readonly AgentPool[];
  /** Of both APIs, ours to serve or not. */
  readonly claims: readonly Claim[];
  readonly clusterId: string;
  readonly slowDeletionMs: number;
  readonly prices: Prices;
  readonly now: Date;
}

/** The dearest first, then the oldest; what tells no time comes last. */
export function findLeaks(input: LeaksInput): readonly Leak[] {
  return input.pools
    .flatMap((pool): readonly Leak[] => {
      const found = leakOf(pool, input);
      return found === undefined ? [] : [priced({ ...factsOf(pool), ...found }, input)];
    })
    .toSorted((a, b) => (b.cost ?? 0) - (a.cost ?? 0) || timeOf(a) - timeOf(b) || a.pool.localeCompare(b.pool));
}

type Found = Pick<Leak, 'kind' | 'owner' | 'since'>;

function leakOf(pool: AgentPool, input: LeaksInput): Found | undefined {
  const mark = markOf(pool);
  if (mark === undefined) {
    return legacyLeak(pool, input.claims);
  }
  if (mark.cluster !== input.clusterId) {
    return { kind: 'OtherCluster', owner: `claim ${mark.claim}` };
  }
  const claim = input.claims.find(({ uid }) => uid === mark.claimUid);
  if (claim === undefined) {
    return pool.phase === 'Deleting' ? undefined : { kind: 'NoClaim', owner: `claim ${mark.claim}` };
  }
  return claimedLeak(pool, claim, input);
}

function legacyLeak(pool: AgentPool, claims: readonly Claim[]): Found | undefined {
  const isLeft =
    isMadeByGoProvisioner(pool) && pool.phase !== 'Deleting' && claims.every(({ name }) => name !== pool.name);
  const owner = ownerOfPool(pool);
  return isLeft ? { kind: 'LegacyNoClaim', ...(owner !== undefined && { owner: `workspace ${owner}` }) } : undefined;
}

function claimedLeak(pool: AgentPool, claim: Claim, { now, slowDeletionMs }: LeaksInput): Found | undefined {
  const owner = `claim ${claim.name}`;
  const { deletedAt } = claim;
  if (deletedAt !== undefined && msBetween(deletedAt, now) > slowDeletionMs) {
    return { kind: 'SlowDeletion', owner, since: deletedAt };
  }
  return pool.phase === 'Failed' ? { kind: 'Failed', owner } : undefined;
}

function factsOf(pool: AgentPool): Omit<Leak, 'kind'> {
  const since = madeAt(pool);
  const { isStopped = false, name, phase, vmSize } = pool;
  return { pool: name, vmSize, phase, isStopped, ...(since !== undefined && { since }) };
}

/** A machine that is off costs nothing but its disk. */
function priced(leak: Leak, { now, prices }: LeaksInput): Leak {
  const price = prices.get(leak.vmSize.toLowerCase());
  if (price === undefined) {
    return leak;
  }
  const costPerHour = leak.isStopped ? 0 : price;
  const hours = leak.since === undefined ? undefined : Math.max(0, msBetween(leak.since, now)) / 3_600_000;
  return { ...leak, costPerHour, ...(hours !== undefined && { cost: hours * costPerHour }) };
}

function timeOf({ since }: Leak): number {
  return since?.getTime() ?? Number.MAX_SAFE_INTEGER;
}
