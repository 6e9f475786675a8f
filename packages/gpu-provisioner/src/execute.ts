import type { Action, ClusterAction, PoolAction } from './core/actions.ts';
import { failureText } from './core/launch/failure-text.ts';
import { isProven } from './core/nodes/node-proof.ts';
import type { Observed } from './core/observed.ts';
import { findSku } from './core/offerings/offering-knowledge.ts';
import { offeringOf } from './core/offerings/unavailable-offerings.ts';
import type { AgentPoolSpec, Answer, CloudFailure } from './core/pools/cloud.ts';
import type { PodRef } from './core/ports.ts';
import { eventReasons } from './core/reasons.ts';
import type { World } from './world.ts';

interface Context {
  readonly world: World;
  readonly signal: AbortSignal;
}

type ActionOf<Kind extends Action['kind']> = Extract<Action, { readonly kind: Kind }>;

const POOL_ACTIONS: readonly Action['kind'][] = [
  'CreatePool',
  'DeletePool',
  'CollectPool',
  'AbortPool',
  'RememberFailure',
  'LookUpPool',
];

/** Does one action: the only place where a decision becomes a write. */
export async function execute(action: Action, observed: Observed, context: Context): Promise<void> {
  await (isPoolAction(action) ? executeOnPool(action, observed, context) : executeOnCluster(action, context));
  context.world.metrics.done(action, observed);
}

function isPoolAction(action: Action): action is PoolAction {
  return POOL_ACTIONS.includes(action.kind);
}

async function executeOnPool(action: PoolAction, observed: Observed, context: Context): Promise<void> {
  const { signal, world } = context;
  switch (action.kind) {
    case 'CreatePool':
      await createPool(action, observed, context);
      return;
    case 'DeletePool':
      await deletePool(action, observed, context);
      return;
    case 'CollectPool':
      await collectPool(action, observed, context);
      return;
    case 'AbortPool':
      await world.pools.abort(observed.name, signal);
      return;
    case 'RememberFailure':
      world.offerings.unavailable.takeFailure(action.offering, action.failure, world.clock.now());
      return;
    case 'LookUpPool':
      await world.pools.lookUp(observed.name, signal);
      return;
    default:
      action satisfies never;
  }
}

async function executeOnCluster(action: ClusterAction, context: Context): Promise<void> {
  const { signal, world } = context;
  const { cluster } = world;
  switch (action.kind) {
    case 'PatchClaim':
      await cluster.patchClaim(action.claim, action.patch, signal);
      return;
    case 'PatchClaimStatus':
      await cluster.patchClaimStatus(action.claim, action.status, signal);
      return;
    case 'DeleteClaim':
      await deleteClaim(action, context);
      return;
    case 'PatchNode':
      await cluster.patchNode(action.node, action.patch, signal);
      return;
    case 'DeleteNode':
      await cluster.deleteNode(action.node, action.uid, signal);
      return;
    case 'EvictPod':
      await cluster.evictPod(podOf(action), signal);
      return;
    case 'DeletePod':
      await cluster.deletePod(podOf(action), action.graceSeconds, signal);
      return;
    case 'Warn':
      warn(action, world);
      return;
    default:
      action satisfies never;
  }
}

function podOf({ namespace, pod, uid }: ActionOf<'EvictPod' | 'DeletePod'>): PodRef {
  return { namespace, name: pod, uid };
}

function warn({ claim, isOnce = false, message, reason }: ActionOf<'Warn'>, { cluster, told }: World): void {
  const what = `${claim.uid}/${reason}`;
  if (isOnce && told.has(what)) {
    return;
  }
  cluster.warn(claim, reason, message);
  if (isOnce) {
    told.add(what);
  }
}

async function createPool(
  { claim: ref, record, spec }: ActionOf<'CreatePool'>,
  { claim }: Observed,
  { world, signal }: Context,
): Promise<void> {
  if (claim === undefined) {
    return;
  }
  const { createdAt, generation } = claim;
  const answer = await world.pools.create(
    spec,
    { createdAt, generation, record: async () => world.cluster.patchClaim(ref, record, signal) },
    signal,
  );
  if (answer !== undefined) {
    learn(spec, answer, world);
  }
}

/** What one claim was answered, all know. */
function learn(spec: AgentPoolSpec, answer: Answer<unknown>, { clock, offerings }: World): void {
  const offering = offeringOf(spec);
  if (!answer.isOk) {
    offerings.unavailable.takeFailure(offering, answer.failure, clock.now());
    return;
  }
  const sku = findSku(offerings.knowledge(), spec.vmSize);
  if (sku !== undefined) {
    offerings.takeAccepted({ family: sku.family, vcpus: sku.vcpus, capacityType: offering.capacityType });
  }
}

async function deletePool(
  { createdAt, etag }: ActionOf<'DeletePool' | 'CollectPool'>,
  observed: Observed,
  { world, signal }: Context,
): Promise<void> {
  const { claim, name, pool } = observed;
  const failure = await world.pools.delete({ name, createdAt, ...(etag !== undefined && { etag }) }, signal);
  if (claim !== undefined && failure !== undefined && needsPerson(failure)) {
    const vmSize = pool.view.state === 'Present' ? pool.view.pool.vmSize : '';
    const text = failureText(failure, { vmSize, location: world.settings.location });
    world.cluster.warn(claim, eventReasons.poolDeletionFailed, `agent pool ${name} cannot be deleted: ${text}`);
  }
}

/** The last doubt is removed at the source: a claim that the cache lacks may exist. */
async function collectPool(action: ActionOf<'CollectPool'>, observed: Observed, context: Context): Promise<void> {
  const claims = await context.world.cluster.getClaims(observed.name, context.signal);
  if (claims.every(({ uid }) => action.claimUid !== undefined && uid !== action.claimUid)) {
    await deletePool(action, observed, context);
  }
}

/** Gives a claim up that is still the one decided about, when what was decided from still holds at the source. */
async function deleteClaim(
  { claim: { name, uid }, proof, reason }: ActionOf<'DeleteClaim'>,
  { world, signal }: Context,
): Promise<void> {
  const { cluster, metrics } = world;
  const claims = await cluster.getClaims(name, signal);
  const claim = claims.find((one) => one.uid === uid);
  if (claim === undefined || claim.isDeleting) {
    return;
  }
  if (proof !== undefined && !isProven(proof, await cluster.getNode(proof.name, signal))) {
    return;
  }
  await cluster.deleteClaim(claim, signal);
  metrics.givenUp(claim, reason);
}

function needsPerson({ kind }: CloudFailure): boolean {
  return kind === 'Denied' || kind === 'ClusterNotFound' || kind === 'Rejected';
}
