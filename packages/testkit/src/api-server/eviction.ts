import type { CreateSubresourceRequest, KubernetesObject, ResourceType } from '@kaito/controller-runtime';

import { checkPreconditions } from './deletion.ts';
import type { History } from './history.ts';
import { fieldsOf, isFields, isList } from './json.ts';
import type { Fields } from './json.ts';
import { isSelectedByTerms } from './selector-terms.ts';
import { internalError, notFound, Refusal } from './refusal.ts';
import type { Writes } from './writes.ts';

const BUDGETS = {
  group: 'policy',
  version: 'v1',
  plural: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
  isNamespaced: true,
};
const FIELD_MANAGER = 'kube-apiserver';
const EVICTED = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'EvictionByEvictionAPI',
  message: 'Eviction API: evicting',
};
const RETRY_SECONDS = 10;

/** Deletes a pod, unless that would leave fewer pods than a PodDisruptionBudget wants. */
export function evict(
  history: History,
  writes: Writes,
  { type, key, manifest }: CreateSubresourceRequest,
): KubernetesObject {
  const pod = history.table(type).get(key);
  if (pod === undefined) {
    throw notFound(type, key.name);
  }
  const options = fieldsOf(manifest['deleteOptions']);
  const preconditions = preconditionsOf(options);
  checkPreconditions(type, pod, preconditions);
  const budget = isFreeToGo(pod) ? undefined : budgetOf(history, pod);
  if (budget !== undefined) {
    spend(writes, budget, pod);
  }
  mark(writes, type, pod);
  const { gracePeriodSeconds } = options;
  const grace = typeof gracePeriodSeconds === 'number' ? { gracePeriodSeconds } : {};
  writes.delete({ type, key, preconditions: { uid: pod.metadata.uid }, ...grace });
  return Object.freeze({ apiVersion: 'v1', kind: 'Status', metadata: pod.metadata, status: 'Success', code: 201 });
}

/** Says on the pod why it goes. */
function mark(writes: Writes, type: ResourceType, pod: KubernetesObject): void {
  const { conditions } = fieldsOf(pod['status']);
  const kept = (isList(conditions) ? conditions : []).filter((one) => fieldsOf(one)['type'] !== EVICTED.type);
  const evicted = { ...EVICTED, lastTransitionTime: writes.time() };
  if (isList(conditions) && kept.length < conditions.length) {
    return;
  }
  writes.patch({
    type,
    key: pod.metadata,
    subresource: 'status',
    fieldManager: FIELD_MANAGER,
    body: { status: { conditions: [...kept, evicted] } },
  });
}

function preconditionsOf(options: Fields): { readonly uid?: string; readonly resourceVersion?: string } {
  const { uid, resourceVersion } = fieldsOf(options['preconditions']);
  return { ...(typeof uid === 'string' && { uid }), ...(typeof resourceVersion === 'string' && { resourceVersion }) };
}

/** A pod that runs nothing, or that is going anyway, counts for no budget. */
function isFreeToGo(pod: KubernetesObject): boolean {
  const { phase } = fieldsOf(pod['status']);
  const isIdle = phase === 'Pending' || phase === 'Succeeded' || phase === 'Failed';
  return isIdle || pod.metadata.deletionTimestamp !== undefined;
}

function budgetOf(history: History, { metadata }: KubernetesObject): KubernetesObject | undefined {
  const found = [...history.table(BUDGETS).objects.values()].filter((budget) => {
    const { selector } = fieldsOf(budget['spec']);
    return (
      budget.metadata.namespace === metadata.namespace &&
      isFields(selector) &&
      isSelectedByTerms(selector, metadata.labels)
    );
  });
  if (found.length > 1) {
    throw internalError(
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  }
  return found[0];
}

function spend(writes: Writes, budget: KubernetesObject, pod: KubernetesObject): void {
  const { name, namespace, generation = 0, resourceVersion } = budget.metadata;
  const { unhealthyPodEvictionPolicy } = fieldsOf(budget['spec']);
  const { disruptionsAllowed, currentHealthy, desiredHealthy, observedGeneration } = numbersOf(budget['status']);
  if (
    !isReady(pod) &&
    (unhealthyPodEvictionPolicy === 'AlwaysAllow' || (currentHealthy >= desiredHealthy && desiredHealthy > 0))
  ) {
    return;
  }
  if (observedGeneration < generation) {
    throw refused(`The disruption budget ${name} is still being processed by the server.`, RETRY_SECONDS);
  }
  if (disruptionsAllowed <= 0) {
    throw refused(
      `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
      undefined,
    );
  }
  writes.patch({
    type: BUDGETS,
    key: { name, namespace },
    subresource: 'status',
    fieldManager: FIELD_MANAGER,
    body: {
      metadata: { resourceVersion },
      status: {
        disruptionsAllowed: disruptionsAllowed - 1,
        disruptedPods: { [pod.metadata.name]: writes.time() },
        conditions: [allowance(disruptionsAllowed - 1 > 0, generation, writes.time())],
      },
    },
  });
}

function allowance(isAllowed: boolean, observedGeneration: number, lastTransitionTime: string): Fields {
  return {
    type: 'DisruptionAllowed',
    status: isAllowed ? 'True' : 'False',
    reason: isAllowed ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    observedGeneration,
    lastTransitionTime,
  };
}

function refused(cause: string, retryAfterSeconds: number | undefined): Refusal {
  return new Refusal({
    code: 429,
    reason: 'TooManyRequests',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    causes: [{ field: '', reason: 'DisruptionBudget', message: cause }],
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

function isReady({ ['status']: status }: KubernetesObject): boolean {
  const { conditions } = fieldsOf(status);
  return (
    isList(conditions) && conditions.map(fieldsOf).some(({ type, status: is }) => type === 'Ready' && is === 'True')
  );
}

interface BudgetNumbers {
  readonly disruptionsAllowed: number;
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly observedGeneration: number;
}

function numbersOf(status: unknown): BudgetNumbers {
  const of = (name: keyof BudgetNumbers): number => Number(fieldsOf(status)[name] ?? 0);
  return {
    disruptionsAllowed: of('disruptionsAllowed'),
    currentHealthy: of('currentHealthy'),
    desiredHealthy: of('desiredHealthy'),
    observedGeneration: of('observedGeneration'),
  };
}
