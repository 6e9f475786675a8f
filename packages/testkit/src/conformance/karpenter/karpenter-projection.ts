import type { KubernetesObject, ResourceType } from '@kaito/controller-runtime';
import { annotations, labels } from '@kaito/types';

import { fieldsOf, isList } from '../../api-server/json.ts';
import { conditionOf, isLeaving, isTrue, textAt } from '../../cluster/reading.ts';
import { taintsOf } from '../../cluster/scheduling/taints.ts';

/** On whatever a scenario has made, and on what came of that. */
export const SCENARIO = 'example.com/scenario';

export const events: ResourceType = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  isNamespaced: true,
};

export interface KarpenterWorld {
  readonly claims: readonly KubernetesObject[];
  readonly pools: readonly KubernetesObject[];
  readonly nodes: readonly KubernetesObject[];
  readonly pods: readonly KubernetesObject[];
  readonly events: readonly KubernetesObject[];
}

/** Those that whoever makes claims relies on; others mark where a machine comes from, which each provider does its way. */
const SHOWN_LABELS: readonly string[] = [labels.nodePool, labels.registered, labels.initialized, 'example.com/team'];
const CLAIM_CONDITIONS = ['Launched', 'Registered', 'Initialized', 'Ready'];
const POOL_CONDITIONS = ['ValidationSucceeded', 'NodeClassReady', 'Ready'];
const SHOWN_EVENTS: readonly string[] = ['InsufficientCapacityError'];

/** Of the cluster and not of Karpenter: they come and go with what the kubelet says. */
const CLUSTER_TAINTS = 'node.kubernetes.io/';

/** What a scenario has come to, without times, uids, provider IDs and generated names. */
export function projected(world: KarpenterWorld, own: string): unknown {
  const isOwn = ({ metadata }: KubernetesObject): boolean => metadata.labels?.[SCENARIO] === own;
  const claims = world.claims.filter(isOwn);
  return {
    pools: sorted(world.pools.filter(isOwn).map((pool) => poolView(pool, own))),
    claims: sorted(claims.map((claim) => claimView(claim, world, own))),
    nodes: sorted(world.nodes.filter(isOwn).map((node) => nodeView(node, own))),
    pods: sorted(
      world.pods.map((pod) => ({ name: pod.metadata.name, isLeaving: isLeaving(pod), isReady: isTrue(pod, 'Ready') })),
    ),
    events: sorted(world.events.flatMap((event) => eventView(event, own))),
  };
}

function poolView(pool: KubernetesObject, own: string): object {
  return {
    name: shortName(pool.metadata.name, own),
    finalizers: pool.metadata.finalizers ?? [],
    isLeaving: isLeaving(pool),
    conditions: conditionsView(pool, POOL_CONDITIONS),
  };
}

/** What is made from a pool has a name that its maker thinks up. */
function claimView(claim: KubernetesObject, { nodes }: KarpenterWorld, own: string): object {
  const { metadata } = claim;
  const providerId = textAt(claim, 'status', 'providerID');
  const node = nodes.find((one) => one.metadata.name === textAt(claim, 'status', 'nodeName'));
  const isFromPool = ownersView(claim, own).length > 0;
  return {
    name: isFromPool
      ? `from ${shortName(metadata.labels?.[labels.nodePool] ?? '', own)}`
      : shortName(metadata.name, own),
    beginsWithPool: isFromPool && metadata.name.startsWith(`${metadata.labels?.[labels.nodePool] ?? ''}-`),
    labels: labelsView(claim, own),
    isGuardedFromDisruption: metadata.annotations?.[annotations.doNotDisrupt] === 'true',
    finalizers: metadata.finalizers ?? [],
    owners: ownersView(claim, own),
    isLeaving: isLeaving(claim),
    expireAfter: textAt(claim, 'spec', 'expireAfter'),
    hasProviderId: providerId !== undefined,
    hasNodeName: textAt(claim, 'status', 'nodeName') !== undefined,
    isItsNode: node !== undefined && textAt(node, 'spec', 'providerID') === providerId,
    conditions: conditionsView(claim, CLAIM_CONDITIONS),
  };
}

function nodeView(node: KubernetesObject, own: string): object {
  const taints = taintsOf(node).filter(({ key }) => !key.startsWith(CLUSTER_TAINTS));
  return {
    labels: labelsView(node, own),
    isGuardedFromDisruption: node.metadata.annotations?.[annotations.doNotDisrupt] === 'true',
    finalizers: node.metadata.finalizers ?? [],
    owners: ownersView(node, own),
    isLeaving: isLeaving(node),
    isReady: isTrue(node, 'Ready'),
    taints: taints.map(({ effect, key, value = '' }) => `${key}=${value}:${effect}`).toSorted(),
  };
}

function eventView(event: KubernetesObject, own: string): readonly object[] {
  const { name, kind } = fieldsOf(event['regarding']);
  const { reason, type } = event;
  const isShown = typeof name === 'string' && name.startsWith(`${own}-`) && SHOWN_EVENTS.includes(String(reason));
  return isShown ? [{ reason, type, regarding: `${String(kind)} ${shortName(name, own)}` }] : [];
}

function conditionsView(object: KubernetesObject, types: readonly string[]): object {
  return Object.fromEntries(
    types.flatMap((type) => {
      const condition = conditionOf(object, type);
      return condition === undefined ? [] : [[type, `${String(condition['status'])} ${String(condition['reason'])}`]];
    }),
  );
}

function labelsView({ metadata }: KubernetesObject, own: string): object {
  return Object.fromEntries(
    Object.entries(metadata.labels ?? {})
      .filter(([key]) => SHOWN_LABELS.includes(key))
      .map(([key, value]) => [key, shortName(value, own)]),
  );
}

function ownersView({ metadata }: KubernetesObject, own: string): readonly string[] {
  const { ownerReferences } = fieldsOf(metadata);
  return (isList(ownerReferences) ? ownerReferences.map(fieldsOf) : []).map(
    ({ apiVersion, blockOwnerDeletion, controller, kind, name }) => {
      const marks = [
        ...(blockOwnerDeletion === true ? ['blocking'] : []),
        ...(controller === true ? ['controller'] : []),
      ];
      // What comes after the name of a pool is random.
      const known = shortName(String(name), own).replace(/-.*$/u, '-*');
      return [apiVersion, kind, known, ...marks].join(' ');
    },
  );
}

function shortName(name: string, own: string): string {
  return name.startsWith(`${own}-`) ? name.slice(own.length + 1) : name;
}

function sorted<T>(views: readonly T[]): readonly T[] {
  return views.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
