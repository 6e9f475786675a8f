import type { KubernetesObject, Manifest, ResourceType } from '@kaito/controller-runtime';

import type { ApiServer } from '../api-server/api-server.ts';
import { timeOf } from '../api-server/object-meta.ts';
import type { Change } from '../api-server/table.ts';
import type { Schedule } from '../time/schedule.ts';
import type { ClusterBehaviour } from './behaviour.ts';
import { deployments, disruptionBudgets, jobs, nodes, pods, replicaSets, statefulSets } from './kinds.ts';
import { controllerReference, controllerUid, keyText, textAt } from './reading.ts';

const SEEN: readonly ResourceType[] = [nodes, pods, deployments, replicaSets, statefulSets, jobs, disruptionBudgets];

type Objects = Map<string, KubernetesObject>;
export type ChangeListener = (change: Change) => void;

const NONE: ReadonlyMap<string, KubernetesObject> = new Map();

/** What the controllers of the cluster see of the API server, always the newest, and how they write to it. */
export class World {
  readonly server: ApiServer;
  readonly schedule: Schedule;
  readonly behaviour: ClusterBehaviour;
  readonly #objects = new Map<string, Objects>(SEEN.map(({ plural }) => [plural, new Map()]));
  readonly #listeners = new Map<string, ChangeListener[]>(SEEN.map(({ plural }) => [plural, []]));
  readonly #dependents = new Map<string, Objects>();
  readonly #podsOnNode = new Map<string, Objects>();

  constructor(server: ApiServer, schedule: Schedule, behaviour: ClusterBehaviour) {
    this.server = server;
    this.schedule = schedule;
    this.behaviour = behaviour;
  }

  /** Begins to look; whoever listens is told of everything that is there already. */
  start(): void {
    this.server.onChange((change) => {
      this.#see(change);
    });
    for (const type of SEEN) {
      for (const object of this.server.list({ type }).items) {
        this.#see({ version: this.server.version, type, event: 'ADDED', object });
      }
    }
  }

  on(type: ResourceType, listener: ChangeListener): void {
    this.#listeners.get(type.plural)?.push(listener);
  }

  get(type: ResourceType, key: string): KubernetesObject | undefined {
    return this.#objects.get(type.plural)?.get(key);
  }

  all(type: ResourceType): ReadonlyMap<string, KubernetesObject> {
    return this.#objects.get(type.plural) ?? NONE;
  }

  /** Pods and ReplicaSets that the object controls, by key. */
  controlledBy({ metadata }: KubernetesObject): ReadonlyMap<string, KubernetesObject> {
    return this.#dependents.get(metadata.uid) ?? NONE;
  }

  /** The controller of the object, when it is of that kind and there. */
  controllerOf(type: ResourceType, object: KubernetesObject): KubernetesObject | undefined {
    const { kind, name, uid } = controllerReference(object) ?? {};
    if (kind !== type.kind || typeof name !== 'string') {
      return undefined;
    }
    const found = this.get(type, keyText({ name, namespace: object.metadata.namespace }));
    return found?.metadata.uid === uid ? found : undefined;
  }

  podsOn(nodeName: string): ReadonlyMap<string, KubernetesObject> {
    return this.#podsOnNode.get(nodeName) ?? NONE;
  }

  /** The object that a change or a timer was about, as long as it is that one. */
  current(type: ResourceType, { metadata }: KubernetesObject): KubernetesObject | undefined {
    const found = this.get(type, keyText(metadata));
    return found?.metadata.uid === metadata.uid ? found : undefined;
  }

  now(): string {
    return timeOf(this.schedule.now());
  }

  after(ms: number, act: () => void): () => void {
    return ms === Infinity ? () => undefined : this.schedule.after(ms, act);
  }

  create(type: ResourceType, manifest: Manifest): KubernetesObject {
    return this.server.create({ type, manifest, fieldManager: 'cluster' });
  }

  patch(type: ResourceType, { metadata }: KubernetesObject, body: Readonly<Record<string, unknown>>): void {
    this.server.patch({ type, key: metadata, body, fieldManager: 'cluster' });
  }

  patchStatus(type: ResourceType, { metadata }: KubernetesObject, body: Readonly<Record<string, unknown>>): void {
    this.server.patch({ type, key: metadata, body, subresource: 'status', fieldManager: 'cluster' });
  }

  delete(type: ResourceType, { metadata }: KubernetesObject, gracePeriodSeconds?: number): void {
    this.server.delete({
      type,
      key: metadata,
      preconditions: { uid: metadata.uid },
      ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    });
  }

  #see(change: Change): void {
    const { plural } = change.type;
    const objects = this.#objects.get(plural);
    if (objects === undefined) {
      return;
    }
    const key = keyText(change.object.metadata);
    put(objects, key, change);
    if (plural === pods.plural || plural === replicaSets.plural) {
      file(this.#dependents, controllerUid(change.object), key, change);
    }
    if (plural === pods.plural) {
      file(this.#podsOnNode, textAt(change.object, 'spec', 'nodeName'), key, change);
    }
    for (const listener of this.#listeners.get(plural) ?? []) {
      listener(change);
    }
  }
}

function put(objects: Objects, key: string, { event, object }: Change): void {
  if (event === 'DELETED') {
    objects.delete(key);
  } else {
    objects.set(key, object);
  }
}

function file(index: Map<string, Objects>, under: string | undefined, key: string, change: Change): void {
  if (under === undefined) {
    return;
  }
  const filed = index.get(under) ?? new Map<string, KubernetesObject>();
  index.set(under, filed);
  put(filed, key, change);
}
