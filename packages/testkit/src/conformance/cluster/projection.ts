import type { KubernetesObject } from '@kaito/controller-runtime';

import { fieldsOf, isList, valueAt } from '../../api-server/json.ts';
import { conditionOf, conditionsOf, textAt } from '../../cluster/reading.ts';
import { taintsOf } from '../../cluster/scheduling/taints.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const HASH = 'pod-template-hash';
const PREEMPTION = / ?(?:no new claims to deallocate, )?preemption: .*$/u;
const GENERATED = /-[a-z0-9]{5}$/u;

/** Everything of a scenario's namespace, and its nodes. */
export interface WorldSeen {
  readonly deployments: readonly KubernetesObject[];
  readonly replicaSets: readonly KubernetesObject[];
  readonly statefulSets: readonly KubernetesObject[];
  readonly jobs: readonly KubernetesObject[];
  readonly budgets: readonly KubernetesObject[];
  readonly pods: readonly KubernetesObject[];
  readonly nodes: readonly KubernetesObject[];
}

/** What two clusters can agree on: names that are made up, uids, versions and times are not. */
export function projected(world: WorldSeen, namespace: string): unknown {
  const seen = {
    deployments: world.deployments.map(seenDeployment),
    replicaSets: world.replicaSets.map(seenReplicaSet),
    statefulSets: world.statefulSets.map(seenStatefulSet),
    jobs: world.jobs.map(seenJob),
    budgets: world.budgets.map(seenBudget),
    pods: world.pods.map(seenPod),
    nodes: world.nodes.map(seenNode),
  };
  const named = renamed(JSON.stringify(seen), [...namesIn(world), [`${namespace}-`, '']]);
  const lists: Readonly<Record<string, unknown>> = fieldsOf(JSON.parse(named));
  return Object.fromEntries(
    Object.entries(lists)
      .filter(([, list]) => isList(list) && list.length > 0)
      .map(([name, list]) => [name, isList(list) ? list.toSorted(byText) : []]),
  );
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

/** Hashes by the revision that they stand for. */
function namesIn({ replicaSets, statefulSets }: WorldSeen): readonly (readonly [string, string])[] {
  return [
    ...replicaSets.map(({ metadata }): [string, string] => [
      metadata.labels?.[HASH] ?? '',
      `<revision ${metadata.annotations?.[REVISION] ?? '?'}>`,
    ]),
    ...statefulSets.flatMap((set): [string, string][] => [
      [textAt(set, 'status', 'updateRevision') ?? '', '<update revision>'],
      [textAt(set, 'status', 'currentRevision') ?? '', '<current revision>'],
    ]),
  ];
}

function renamed(text: string, names: readonly (readonly [string, string])[]): string {
  return names.reduce((result, [name, as]) => (name === '' ? result : result.replaceAll(name, as)), text);
}

function seenDeployment(deployment: KubernetesObject): unknown {
  return {
    ...counts(deployment, ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas']),
    ...generations(deployment),
    revision: deployment.metadata.annotations?.[REVISION],
    conditions: seenConditions(deployment),
  };
}

function seenReplicaSet(set: KubernetesObject): unknown {
  const { annotations, labels, name } = set.metadata;
  return {
    name,
    labels,
    annotations,
    owners: owners(set),
    replicas: valueAt(set, ['spec', 'replicas']),
    selector: valueAt(set, ['spec', 'selector']),
    ...counts(set, ['replicas', 'readyReplicas', 'availableReplicas']),
    isObserved: valueAt(set, ['status', 'observedGeneration']) === set.metadata.generation,
  };
}

function seenStatefulSet(set: KubernetesObject): unknown {
  return {
    ...counts(set, ['replicas', 'readyReplicas', 'availableReplicas', 'currentReplicas', 'updatedReplicas']),
    ...generations(set),
    isUpdated: valueAt(set, ['status', 'currentRevision']) === valueAt(set, ['status', 'updateRevision']),
  };
}

function seenJob(job: KubernetesObject): unknown {
  return {
    ...counts(job, ['active', 'terminating', 'ready', 'succeeded', 'failed']),
    isStarted: valueAt(job, ['status', 'startTime']) !== undefined,
    isCompleted: valueAt(job, ['status', 'completionTime']) !== undefined,
    conditions: seenConditions(job),
  };
}

function seenBudget(budget: KubernetesObject): unknown {
  return {
    ...counts(budget, ['currentHealthy', 'desiredHealthy', 'expectedPods', 'disruptionsAllowed']),
    isObserved: valueAt(budget, ['status', 'observedGeneration']) === budget.metadata.generation,
    disrupted: Object.keys(fieldsOf(valueAt(budget, ['status', 'disruptedPods']))).length,
    conditions: seenConditions(budget),
  };
}

function seenPod(pod: KubernetesObject): unknown {
  const { deletionTimestamp, finalizers, labels, name } = pod.metadata;
  const spec = fieldsOf(pod['spec']);
  return {
    name: valueAt(pod, ['metadata', 'generateName']) === undefined ? name : name.replace(GENERATED, '-<generated>'),
    labels: seenLabels(labels),
    owners: owners(pod),
    finalizers,
    node: spec['nodeName'] ?? 'none',
    ...(spec['hostname'] !== undefined && { hostname: spec['hostname'], subdomain: spec['subdomain'] }),
    image: imageOf(spec),
    phase: valueAt(pod, ['status', 'phase']),
    scheduled: seenPlacement(pod),
    ready: conditionOf(pod, 'Ready')?.['status'] ?? 'unknown',
    isLeaving: deletionTimestamp !== undefined,
    isDriven: conditionOf(pod, 'DisruptionTarget')?.['reason'] ?? 'no',
  };
}

/** A Job's pods name its uid, also when it is gone. */
function seenLabels(labels: Readonly<Record<string, string>> = {}): unknown {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name, name.endsWith('controller-uid') ? '<uid>' : value]),
  );
}

/** What the scheduler says of the pod; the model keeps its peace about preemption. */
export function seenPlacement(pod: KubernetesObject): unknown {
  const { message, reason, status } = conditionOf(pod, 'PodScheduled') ?? {};
  return typeof message === 'string'
    ? { status, reason, message: message.replace(PREEMPTION, '') }
    : { status: status ?? 'unknown', reason: reason ?? 'none' };
}

function seenNode(node: KubernetesObject): unknown {
  const taints = taintsOf(node).map(({ effect, key, value }) => `${key}=${value ?? ''}:${effect}`);
  const { reason, status } = conditionOf(node, 'Ready') ?? {};
  return { name: node.metadata.name, taints: taints.toSorted(), ready: `${String(status)} ${String(reason)}` };
}

function imageOf(spec: Readonly<Record<string, unknown>>): unknown {
  const { containers } = spec;
  return isList(containers) ? fieldsOf(containers[0])['image'] : undefined;
}

/** A count of nothing is left out by some. */
function counts(object: KubernetesObject, names: readonly string[]): Readonly<Record<string, unknown>> {
  return { status: Object.fromEntries(names.map((name) => [name, valueAt(object, ['status', name]) ?? 0])) };
}

function generations({ metadata, status }: KubernetesObject): Readonly<Record<string, unknown>> {
  return { generation: metadata.generation, observedGeneration: fieldsOf(status)['observedGeneration'] };
}

function owners({ metadata }: KubernetesObject): unknown {
  const references = fieldsOf(metadata)['ownerReferences'];
  return isList(references)
    ? references.map(fieldsOf).map(({ blockOwnerDeletion, controller, kind, name }) => ({
        kind,
        name,
        controller,
        blockOwnerDeletion,
      }))
    : [];
}

function seenConditions(object: KubernetesObject): unknown {
  const texts = conditionsOf(object).map(({ reason, status, type }) => [type, status, reason].map(String).join(' '));
  return texts.toSorted();
}
