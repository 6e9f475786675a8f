import type { KubernetesObject } from '@kaito/controller-runtime';

import { valueAt } from '../../api-server/json.ts';
import { pods, statefulSets } from '../kinds.ts';
import { isLeaving, isOverPod, isTrue, phaseOf, textAt } from '../reading.ts';
import type { World } from '../world.ts';
import { replicasOf } from './counting.ts';
import { ownedSyncs } from './owned-syncs.ts';
import { podOf, templateHash, templateOf } from './template.ts';

const REVISION = 'controller-revision-hash';
const ORDINAL = 'apps.kubernetes.io/pod-index';
const POD_NAME = 'statefulset.kubernetes.io/pod-name';

interface View {
  readonly set: KubernetesObject;
  readonly revision: string;
  /** By ordinal. */
  readonly pods: ReadonlyMap<number, KubernetesObject>;
  readonly isParallel: boolean;
}

/** Keeps the numbered pods of StatefulSets. Claims for volumes and the objects of revisions are left out. */
export class StatefulSets {
  readonly #world: World;

  static start(world: World): StatefulSets {
    return new StatefulSets(world);
  }

  private constructor(world: World) {
    this.#world = world;
    ownedSyncs(world, { owner: statefulSets }, (set) => {
      this.#sync(set);
    });
  }

  #sync(set: KubernetesObject): void {
    const view = this.#viewOf(set);
    if (!isLeaving(set)) {
      this.#act(view);
    }
    this.#writeStatus(view);
  }

  #viewOf(set: KubernetesObject): View {
    const owned = [...this.#world.controlledBy(set).values()];
    return {
      set,
      revision: `${set.metadata.name}-${templateHash(templateOf(set))}`,
      pods: new Map(owned.map((pod) => [ordinalOf(pod), pod])),
      isParallel: valueAt(set, ['spec', 'podManagementPolicy']) === 'Parallel',
    };
  }

  /** Makes what is missing from below, then unmakes from above, then renews from above; in order, one at a time. */
  #act(view: View): void {
    if (this.#fill(view) && this.#shrink(view)) {
      this.#renew(view);
    }
  }

  /** Whether every pod that is asked for is there and healthy, or need not be waited for. */
  #fill(view: View): boolean {
    const { isParallel, pods: present, set } = view;
    for (let ordinal = 0; ordinal < replicasOf(set); ordinal += 1) {
      const pod = present.get(ordinal);
      if (pod === undefined) {
        this.#world.create(pods, numbered(view, ordinal));
      } else if (isOverPod(pod) && !isLeaving(pod)) {
        this.#world.delete(pods, pod);
      } else if (isHealthy(pod)) {
        continue;
      }
      if (!isParallel) {
        return false;
      }
    }
    return true;
  }

  #shrink({ isParallel, pods: present, set }: View): boolean {
    const condemned = [...present].filter(([ordinal]) => ordinal >= replicasOf(set)).toSorted(([a], [b]) => b - a);
    for (const [, pod] of condemned) {
      if (!isLeaving(pod)) {
        this.#world.delete(pods, pod);
      }
      if (!isParallel) {
        return false;
      }
    }
    return true;
  }

  #renew({ pods: present, revision, set }: View): void {
    if (isLeftToOthers(set)) {
      return;
    }
    for (let ordinal = replicasOf(set) - 1; ordinal >= 0; ordinal -= 1) {
      const pod = present.get(ordinal);
      if (pod !== undefined && revisionOf(pod) !== revision && !isLeaving(pod)) {
        this.#world.delete(pods, pod);
        return;
      }
      if (pod === undefined || !isHealthy(pod)) {
        return;
      }
    }
  }

  #writeStatus({ pods: present, revision, set }: View): void {
    const count = (of: (pod: KubernetesObject) => boolean): number => [...present.values()].filter(of).length;
    const countOfRevision = (name: string): number => count((pod) => revisionOf(pod) === name && !isLeaving(pod));
    const updatedReplicas = countOfRevision(revision);
    const readyReplicas = count((pod) => isTrue(pod, 'Ready') && phaseOf(pod) === 'Running');
    const replicas = present.size;
    const isRenewed = [updatedReplicas, readyReplicas, replicas].every((number) => number === replicasOf(set));
    const before = textAt(set, 'status', 'currentRevision');
    const currentRevision = before === undefined || (isRenewed && !isLeftToOthers(set)) ? revision : before;
    this.#world.patchStatus(statefulSets, set, {
      status: {
        observedGeneration: set.metadata.generation,
        replicas,
        readyReplicas,
        availableReplicas: readyReplicas,
        currentReplicas: countOfRevision(currentRevision),
        updatedReplicas,
        currentRevision,
        updateRevision: revision,
      },
    });
  }
}

function numbered({ revision, set }: View, ordinal: number): ReturnType<typeof podOf> {
  const name = `${set.metadata.name}-${ordinal}`;
  const subdomain = textAt(set, 'spec', 'serviceName');
  return podOf(set, statefulSets, {
    name,
    labels: { [POD_NAME]: name, [ORDINAL]: String(ordinal), [REVISION]: revision },
    spec: { hostname: name, ...(subdomain !== undefined && { subdomain }) },
  });
}

/** Whoever deletes pods has them renewed; by what revision they are counted from then on is of no concern. */
function isLeftToOthers(set: KubernetesObject): boolean {
  return valueAt(set, ['spec', 'updateStrategy', 'type']) === 'OnDelete';
}

function ordinalOf({ metadata }: KubernetesObject): number {
  return Number(metadata.name.slice(metadata.name.lastIndexOf('-') + 1));
}

function revisionOf({ metadata }: KubernetesObject): string | undefined {
  return metadata.labels?.[REVISION];
}

function isHealthy(pod: KubernetesObject): boolean {
  return isTrue(pod, 'Ready') && !isLeaving(pod);
}
