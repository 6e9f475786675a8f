import type { DeleteRequest, KubernetesObject, ResourceType } from '@kaito/controller-runtime';

import type { Schedule } from '../time/schedule.ts';
import type { ApiServer } from './api-server.ts';
import { FOREGROUND, ORPHAN } from './deletion.ts';
import { Dependents } from './dependents.ts';
import type { Identity } from './dependents.ts';
import { ownersOf } from './owner-references.ts';
import type { OwnerReference } from './owner-references.ts';
import type { Change } from './table.ts';

/** From a change to what is written because of it. */
const COLLECT_MS = 20;
const FIELD_MANAGER = 'kube-controller-manager';

/** Undefined: nobody can tell, so nothing is done. */
type OwnerState = 'present' | 'waiting for dependents' | 'absent' | undefined;

/**
 * What controller-manager does to dependents: in the background, in the foreground, and leaving orphans. What it does
 * it decides by the owners as they are then.
 */
export class GarbageCollector {
  readonly #server: ApiServer;
  readonly #schedule: Schedule;
  readonly #dependents = new Dependents();
  readonly #due = new Map<string, Identity>();

  constructor(server: ApiServer, schedule: Schedule) {
    this.#server = server;
    this.#schedule = schedule;
    for (const [type, object] of server.all()) {
      this.#written(type, object, undefined);
    }
    server.onChange((change) => {
      this.#see(change);
    });
  }

  /** Collects from now on. */
  static start(server: ApiServer, schedule: Schedule): GarbageCollector {
    return new GarbageCollector(server, schedule);
  }

  #see({ type, event, object, before }: Change): void {
    if (event === 'DELETED') {
      this.#gone(type, object);
    } else {
      this.#written(type, object, before);
    }
  }

  #written(type: ResourceType, object: KubernetesObject, before: KubernetesObject | undefined): void {
    const earlier = before === undefined ? [] : ownersOf(before);
    const owners = ownersOf(object);
    // Events are left to their time to live
    if (owners !== earlier && type.plural !== 'events') {
      this.#follow(identityOf(type, object), earlier, owners);
    }
    if (object.metadata.deletionTimestamp !== undefined) {
      this.#deleting(type, object, before);
    }
  }

  #follow(item: Identity, earlier: readonly OwnerReference[], owners: readonly OwnerReference[]): void {
    for (const owner of earlier) {
      this.#dependents.remove(owner.uid, item.uid);
    }
    for (const owner of owners) {
      this.#dependents.add(owner.uid, item);
      if (this.#stateOf(owner, item) === 'absent') {
        this.#add(item);
      }
    }
    this.#reconsider(earlier, item);
  }

  #deleting(type: ResourceType, object: KubernetesObject, before: KubernetesObject | undefined): void {
    const begins = (finalizer: string): boolean =>
      isGoing(object, finalizer) && (before === undefined || !isGoing(before, finalizer));
    const item = identityOf(type, object);
    if (begins(FOREGROUND)) {
      for (const dependent of this.#dependents.of(item.uid)) {
        this.#add(dependent);
      }
    }
    if (begins(FOREGROUND) || begins(ORPHAN)) {
      this.#add(item);
    }
  }

  #gone(type: ResourceType, object: KubernetesObject): void {
    const item = identityOf(type, object);
    for (const dependent of this.#dependents.of(item.uid)) {
      this.#add(dependent);
    }
    const owners = ownersOf(object);
    for (const owner of owners) {
      this.#dependents.remove(owner.uid, item.uid);
    }
    this.#reconsider(owners, item);
  }

  /** They may have waited for this dependent. */
  #reconsider(owners: readonly OwnerReference[], { key }: Identity): void {
    for (const { type, name, uid } of owners) {
      if (type !== undefined) {
        const owner = { type, key: type.isNamespaced ? { name, namespace: key.namespace } : { name }, uid };
        if (isGoing(this.#live(owner), FOREGROUND)) {
          this.#add(owner);
        }
      }
    }
  }

  #add(item: Identity): void {
    if (this.#due.size === 0) {
      this.#schedule.after(COLLECT_MS, () => {
        this.#collect();
      });
    }
    this.#due.set(item.uid, item);
  }

  #collect(): void {
    const due = [...this.#due.values()];
    this.#due.clear();
    for (const item of due) {
      const live = this.#live(item);
      if (live === undefined) {
        continue;
      }
      if (live.metadata.deletionTimestamp === undefined) {
        this.#judge(item, live);
      } else if (isGoing(live, ORPHAN)) {
        this.#letDependentsGo(item, live);
      } else if (isGoing(live, FOREGROUND)) {
        this.#finishForeground(item, live);
      }
    }
  }

  #judge(item: Identity, live: KubernetesObject): void {
    const owners = ownersOf(live);
    const states = owners.map((owner) => this.#stateOf(owner, item));
    if (owners.length === 0 || states.includes(undefined)) {
      return;
    }
    const solid = owners.filter((_, index) => states[index] === 'present');
    if (solid.length > 0) {
      this.#keepOwners(item, owners, solid);
    } else if (states.includes('waiting for dependents') && this.#dependents.of(item.uid).length > 0) {
      this.#breakCircle(item, owners);
      this.#delete(item, 'Foreground');
    } else {
      this.#delete(item, policyOf(live));
    }
  }

  #keepOwners(item: Identity, owners: readonly OwnerReference[], kept: readonly OwnerReference[]): void {
    if (kept.length < owners.length) {
      this.#patch(item, { ownerReferences: kept.map(({ written }) => written) });
    }
  }

  /** An object that waits for its owner does not block it. */
  #breakCircle(item: Identity, owners: readonly OwnerReference[]): void {
    const isCircle = this.#dependents.of(item.uid).some((dependent) => isGoing(this.#live(dependent), FOREGROUND));
    if (isCircle && owners.some(({ isBlocking }) => isBlocking)) {
      const ownerReferences = owners.map(({ written, isBlocking }) =>
        isBlocking ? { ...written, blockOwnerDeletion: false } : written,
      );
      this.#patch(item, { ownerReferences });
    }
  }

  #letDependentsGo(item: Identity, live: KubernetesObject): void {
    for (const dependent of this.#dependents.of(item.uid)) {
      const object = this.#live(dependent);
      if (object !== undefined) {
        const owners = ownersOf(object);
        this.#keepOwners(
          dependent,
          owners,
          owners.filter(({ uid }) => uid !== item.uid),
        );
      }
    }
    this.#takeOff(item, live, ORPHAN);
  }

  #finishForeground(item: Identity, live: KubernetesObject): void {
    const blocking = this.#dependents.of(item.uid).filter((dependent) => {
      const object = this.#live(dependent);
      return object !== undefined && ownersOf(object).some(({ uid, isBlocking }) => uid === item.uid && isBlocking);
    });
    if (blocking.length === 0) {
      this.#takeOff(item, live, FOREGROUND);
    }
    for (const dependent of blocking) {
      if (this.#live(dependent)?.metadata.deletionTimestamp === undefined) {
        this.#add(dependent);
      }
    }
  }

  #stateOf({ type, name, uid }: OwnerReference, { key }: Identity): OwnerState {
    if (type === undefined || (type.isNamespaced && key.namespace === undefined)) {
      return undefined;
    }
    const owner = this.#server.get({ type, key: type.isNamespaced ? { name, namespace: key.namespace } : { name } });
    if (owner === undefined || owner.metadata.uid !== uid) {
      return 'absent';
    }
    return isGoing(owner, FOREGROUND) ? 'waiting for dependents' : 'present';
  }

  #live({ type, key, uid }: Identity): KubernetesObject | undefined {
    const object = this.#server.get({ type, key });
    return object?.metadata.uid === uid ? object : undefined;
  }

  #takeOff(item: Identity, { metadata: { finalizers = [] } }: KubernetesObject, finalizer: string): void {
    this.#patch(item, { finalizers: finalizers.filter((name) => name !== finalizer) });
  }

  #patch({ type, key, uid }: Identity, metadata: Readonly<Record<string, unknown>>): void {
    this.#server.patch({ type, key, body: { metadata: { uid, ...metadata } }, fieldManager: FIELD_MANAGER });
  }

  #delete({ type, key, uid }: Identity, propagationPolicy: DeleteRequest['propagationPolicy']): void {
    this.#server.delete({ type, key, preconditions: { uid }, ...(propagationPolicy && { propagationPolicy }) });
  }
}

function identityOf(type: ResourceType, { metadata: { name, namespace, uid } }: KubernetesObject): Identity {
  return { type, key: { name, namespace }, uid };
}

function isGoing(object: KubernetesObject | undefined, finalizer: string): boolean {
  const { deletionTimestamp, finalizers } = object?.metadata ?? {};
  return deletionTimestamp !== undefined && finalizers?.includes(finalizer) === true;
}

/** What the object itself asks for, should it be deleted. */
function policyOf({
  metadata: { finalizers = [] },
}: KubernetesObject): NonNullable<DeleteRequest['propagationPolicy']> {
  return finalizers.includes(ORPHAN) ? 'Orphan' : finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background';
}
