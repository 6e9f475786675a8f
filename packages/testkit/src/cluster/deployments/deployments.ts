import type { KubernetesObject, Manifest } from '@kaito/controller-runtime';

import { fieldsOf, valueAt } from '../../api-server/json.ts';
import { deployments, pods, replicaSets } from '../kinds.ts';
import { isLeaving, isOverPod, keyText } from '../reading.ts';
import type { Syncs } from '../syncs.ts';
import type { World } from '../world.ts';
import { replicasOf } from '../workloads/counting.ts';
import { ownedSyncs } from '../workloads/owned-syncs.ts';
import { controllerReference, templateHash, templateOf } from '../workloads/template.ts';
import { deploymentStatus } from './deployment-status.ts';
import { isChange, isRecreated, newReplicas, shrinkings, slackOf } from './rollout.ts';
import type { Scaling } from './rollout.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAXIMUM = 'deployment.kubernetes.io/max-replicas';
const HASH = 'pod-template-hash';

interface Sets {
  readonly current: KubernetesObject | undefined;
  /** The oldest first. */
  readonly old: readonly KubernetesObject[];
}

/** Rolls Deployments out by their ReplicaSets. */
export class Deployments {
  readonly #world: World;
  readonly #syncs: Syncs;
  /** When somebody looks whether the deadline has passed, by key. */
  readonly #alarms = new Map<string, () => void>();

  static start(world: World): Deployments {
    return new Deployments(world);
  }

  private constructor(world: World) {
    this.#world = world;
    this.#syncs = ownedSyncs(world, { owner: deployments, owned: replicaSets }, (deployment) => {
      this.#sync(deployment);
    });
    world.on(pods, ({ event, object }) => {
      if (event === 'DELETED') {
        this.#wakeRecreated(object);
      }
    });
  }

  /** A Deployment that is recreated waits for the last of its pods to be gone, which no ReplicaSet tells. */
  #wakeRecreated(pod: KubernetesObject): void {
    const set = this.#world.controllerOf(replicaSets, pod);
    const deployment = set === undefined ? undefined : this.#world.controllerOf(deployments, set);
    if (deployment !== undefined && isRecreated(deployment)) {
      this.#syncs.add(keyText(deployment.metadata));
    }
  }

  #sync(deployment: KubernetesObject): void {
    if (valueAt(deployment, ['spec', 'paused']) === true) {
      return;
    }
    const sets = this.#setsOf(deployment);
    if (isLeaving(deployment)) {
      this.#report(deployment, sets, false);
    } else if (!this.#followScale(deployment, sets)) {
      this.#rollOut(deployment, sets);
    }
  }

  #setsOf(deployment: KubernetesObject): Sets {
    const hash = templateHash(templateOf(deployment));
    const all = [...this.#world.controlledBy(deployment).values()].toSorted((a, b) => revisionOf(a) - revisionOf(b));
    const current = all.find(({ metadata }) => metadata.labels?.[HASH] === hash);
    return { current, old: all.filter((set) => set !== current) };
  }

  /** Another number of replicas is followed at once, without a rollout. */
  #followScale(deployment: KubernetesObject, { current, old }: Sets): boolean {
    const desired = String(replicasOf(deployment));
    const active = [...old, ...(current === undefined ? [] : [current])].filter((set) => replicasOf(set) > 0);
    if (active.every(({ metadata }) => metadata.annotations?.[DESIRED] === desired)) {
      return false;
    }
    const [only] = active;
    if (active.length === 1 && only !== undefined) {
      this.#scale(deployment, { set: only, replicas: replicasOf(deployment) });
    } else {
      const unchanged = active.map((set) => ({ set, replicas: replicasOf(set) }));
      this.#scaleAll(deployment, unchanged);
    }
    return true;
  }

  #rollOut(deployment: KubernetesObject, sets: Sets): void {
    const { current, old } = sets;
    if (isRecreated(deployment)) {
      const shrunk = old.map((set): Scaling => ({ set, replicas: 0 })).filter(isChange);
      if (shrunk.length > 0 || this.#hasPods(old)) {
        this.#scaleAll(deployment, shrunk);
        this.#report(deployment, this.#setsOf(deployment), false);
        return;
      }
    }
    const isCreated = current === undefined;
    const set = current ?? this.#world.create(replicaSets, newSet(deployment, old));
    const grown: Scaling = { set, replicas: newReplicas(deployment, set, [...old, set]) };
    if (!isCreated) {
      this.#renumber(set, old);
      this.#scaleAll(deployment, isChange(grown) ? [grown] : shrinkings(deployment, set, old));
    }
    this.#report(deployment, this.#setsOf(deployment), isCreated);
  }

  #hasPods(sets: readonly KubernetesObject[]): boolean {
    return sets.some((set) => [...this.#world.controlledBy(set).values()].some((pod) => !isOverPod(pod)));
  }

  /** A template that comes back is the latest revision again. */
  #renumber(set: KubernetesObject, old: readonly KubernetesObject[]): void {
    const revision = Math.max(0, ...old.map(revisionOf)) + 1;
    if (revisionOf(set) < revision) {
      const history = [set.metadata.annotations?.[HISTORY], revisionOf(set)].filter((part) => part !== undefined);
      const annotations = { [REVISION]: String(revision), [HISTORY]: history.join(',') };
      this.#world.patch(replicaSets, set, { metadata: { annotations } });
    }
  }

  #scaleAll(deployment: KubernetesObject, scalings: readonly Scaling[]): void {
    for (const scaling of scalings) {
      this.#scale(deployment, scaling);
    }
  }

  #scale(deployment: KubernetesObject, { replicas, set }: Scaling): void {
    this.#world.patch(replicaSets, set, {
      metadata: { annotations: scaleAnnotations(deployment) },
      spec: { replicas },
    });
  }

  #report(deployment: KubernetesObject, { current, old }: Sets, isCreated: boolean): void {
    const key = keyText(deployment.metadata);
    const now = this.#world.now();
    const { deadlineInMs, status } = deploymentStatus({ deployment, current, old, isCreated, now });
    const revision = current === undefined ? undefined : String(revisionOf(current));
    const isNew = revision !== undefined && deployment.metadata.annotations?.[REVISION] !== revision;
    this.#world.patchStatus(deployments, deployment, {
      ...(isNew && { metadata: { annotations: { [REVISION]: revision } } }),
      status,
    });
    this.#alarms.get(key)?.();
    this.#alarms.delete(key);
    if (deadlineInMs !== undefined && deadlineInMs > 0) {
      const look = (): void => {
        this.#syncs.add(key);
      };
      this.#alarms.set(key, this.#world.after(deadlineInMs, look));
    }
  }
}

function newSet(deployment: KubernetesObject, old: readonly KubernetesObject[]): Manifest {
  const template = templateOf(deployment);
  const hash = templateHash(template);
  const { name, namespace } = deployment.metadata;
  const metadata = fieldsOf(template['metadata']);
  const labels = { ...fieldsOf(metadata['labels']), [HASH]: hash };
  const matchLabels = fieldsOf(valueAt(deployment, ['spec', 'selector', 'matchLabels']));
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace !== undefined && { namespace }),
      labels,
      annotations: {
        ...scaleAnnotations(deployment),
        [REVISION]: String(Math.max(0, ...old.map(revisionOf)) + 1),
      },
      ownerReferences: [controllerReference(deployment, deployments)],
    },
    spec: {
      replicas: newReplicas(deployment, undefined, old),
      selector: { matchLabels: { ...matchLabels, [HASH]: hash } },
      template: { ...template, metadata: { ...metadata, labels } },
    },
  };
}

function scaleAnnotations(deployment: KubernetesObject): Readonly<Record<string, string>> {
  const replicas = replicasOf(deployment);
  return { [DESIRED]: String(replicas), [MAXIMUM]: String(replicas + slackOf(deployment).surge) };
}

function revisionOf({ metadata }: KubernetesObject): number {
  return Number(metadata.annotations?.[REVISION] ?? 0);
}
