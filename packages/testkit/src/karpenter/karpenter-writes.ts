import { isApiError } from '@kaito/controller-runtime';
import type { KubernetesObject, Manifest, ResourceType } from '@kaito/controller-runtime';
import { finalizers, nodeClaims, pods } from '@kaito/types';

import type { ApiServer } from '../api-server/api-server.ts';
import { timeOf } from '../api-server/object-meta.ts';
import { withConditions } from '../cluster/conditions.ts';
import type { ConditionPatch } from '../cluster/conditions.ts';
import { conditionOf, conditionsOf } from '../cluster/reading.ts';
import type { Schedule } from '../time/schedule.ts';

const FIELD_MANAGER = 'karpenter';

type Body = Readonly<Record<string, unknown>>;

const EVENTS: ResourceType = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  isNamespaced: true,
};

/** Where events about what has no namespace lie. */
const NAMESPACE = 'default';

/** How Karpenter reads the API server and writes to it. */
export class KarpenterWrites {
  readonly #server: ApiServer;
  readonly #schedule: Schedule;
  #events = 0;

  constructor(server: ApiServer, schedule: Schedule) {
    this.#server = server;
    this.#schedule = schedule;
  }

  list(type: ResourceType): readonly KubernetesObject[] {
    return this.#server.list({ type }).items;
  }

  get(type: ResourceType, name: string): KubernetesObject | undefined {
    return this.#server.get({ type, key: { name } });
  }

  /** The object as it is now, as long as it is that one. */
  current(type: ResourceType, { metadata }: KubernetesObject): KubernetesObject | undefined {
    const found = this.get(type, metadata.name);
    return found?.metadata.uid === metadata.uid ? found : undefined;
  }

  create(type: ResourceType, manifest: Manifest): void {
    this.#server.create({ type, manifest, fieldManager: FIELD_MANAGER });
  }

  patch(type: ResourceType, { metadata }: KubernetesObject, body: Body, subresource?: 'status'): void {
    const below = subresource === undefined ? {} : { subresource };
    this.#server.patch({ type, key: metadata, body, ...below, fieldManager: FIELD_MANAGER });
  }

  /** Once. */
  delete(type: ResourceType, object: KubernetesObject): void {
    if (object.metadata.deletionTimestamp === undefined) {
      this.#server.delete({ type, key: object.metadata });
    }
  }

  guard(type: ResourceType, object: KubernetesObject): void {
    this.patch(type, object, { metadata: { finalizers: [...own(object), finalizers.termination] } });
  }

  letGo(type: ResourceType, object: KubernetesObject): void {
    this.patch(type, object, {
      metadata: { finalizers: own(object).filter((finalizer) => finalizer !== finalizers.termination) },
    });
  }

  /** Writes nothing where all of it is said already. */
  tell(type: ResourceType, object: KubernetesObject, conditions: readonly ConditionPatch[], more: Body = {}): void {
    const isSaid = conditions.every((one) => {
      const { reason, status } = conditionOf(object, one.type) ?? {};
      return status === one.status && reason === one.reason;
    });
    if (isSaid) {
      return;
    }
    const now = timeOf(this.#schedule.now());
    const { generation } = object.metadata;
    const set = conditions.map((one) => ({ message: '', observedGeneration: generation, ...one }));
    this.patch(
      type,
      object,
      { status: { ...more, conditions: withConditions(conditionsOf(object), set, now) } },
      'status',
    );
  }

  /** False when a budget forbids it. */
  evict({ metadata: { name, namespace = '' } }: KubernetesObject): boolean {
    const manifest = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
    try {
      this.#server.createSubresource({ type: pods, key: { name, namespace }, subresource: 'eviction', manifest });
      return true;
    } catch (error) {
      if (isApiError(error, 'TooManyRequests')) {
        return false;
      }
      throw error;
    }
  }

  warn({ metadata: { name, uid } }: KubernetesObject, reason: string, note: string): void {
    this.#events += 1;
    this.create(EVENTS, {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: `${name}.karpenter-${this.#events}`, namespace: NAMESPACE },
      type: 'Warning',
      reason,
      note,
      action: reason,
      eventTime: this.#schedule.now().toISOString().replace('Z', '000Z'),
      reportingController: FIELD_MANAGER,
      reportingInstance: `${FIELD_MANAGER}-0`,
      regarding: { apiVersion: 'karpenter.sh/v1', kind: nodeClaims.kind, name, uid },
    });
  }
}

export function isGuarded(object: KubernetesObject): boolean {
  return own(object).includes(finalizers.termination);
}

function own({ metadata }: KubernetesObject): readonly string[] {
  return metadata.finalizers ?? [];
}
