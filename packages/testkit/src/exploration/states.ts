import type { KubernetesObject } from '@kaito/controller-runtime';

import type { Change } from '../api-server/table.ts';
import type { CloudEvent } from '../cloud/cloud-state.ts';
import { fieldsOf } from '../api-server/json.ts';
import { listOf, statusOf, textOf } from './fields.ts';

/**
 * Digests of the distinct states that a world was in: kinds, names, what is deleted, finalizers, conditions, phases.
 * Times, versions and uids are left out, since they tell no state from another.
 */
export class StateSet {
  readonly digests = new Set<number>();
  readonly #parts = new Map<string, number>();
  #digest = 0;

  take({ event, object, type }: Change): void {
    if (type.plural !== 'leases' && type.plural !== 'events') {
      this.#put(`${type.plural}/${object.metadata.name}`, event === 'DELETED' ? undefined : summaryOf(object));
    }
  }

  takeCloud(event: CloudEvent): void {
    if (event.kind === 'PoolChanged' || event.kind === 'PoolGone') {
      this.#put(`pool/${event.pool.name}`, event.kind === 'PoolGone' ? undefined : event.pool.phase);
    }
  }

  /** The digest of all parts is the exclusive or of theirs, so that one change costs one part. */
  #put(part: string, summary: string | undefined): void {
    const before = this.#parts.get(part) ?? 0;
    const after = summary === undefined ? 0 : hashOf(`${part}=${summary}`);
    this.#digest = (this.#digest ^ before ^ after) >>> 0;
    this.#parts.set(part, after);
    this.digests.add(this.#digest);
  }
}

function summaryOf(object: KubernetesObject): string {
  const { deletionTimestamp, finalizers = [], labels = {} } = object.metadata;
  const status = statusOf(object);
  const conditions = listOf(status['conditions']).map((condition) => {
    const { reason, status: value, type } = fieldsOf(condition);
    return `${textOf(type) ?? ''}${textOf(value) ?? ''}${textOf(reason) ?? ''}`;
  });
  const { phase, readyReplicas } = status;
  return [
    deletionTimestamp === undefined ? '' : 'deleting',
    finalizers.length,
    Object.keys(labels).length,
    textOf(phase) ?? '',
    String(readyReplicas),
    ...conditions,
  ].join(',');
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
