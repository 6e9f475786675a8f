import type { KubernetesObject } from '@kaito/controller-runtime';

import type { ApiServer } from '../api-server/api-server.ts';
import type { Schedule } from '../time/schedule.ts';
import type { VmSource } from '../cloud/vm.ts';
import { typicalCluster } from './behaviour.ts';
import type { ClusterBehaviour } from './behaviour.ts';
import { Deployments } from './deployments/deployments.ts';
import { Kubelets } from './kubelet/kubelets.ts';
import type { PodFate } from './kubelet/pod-fate.ts';
import { Hosts } from './nodes/hosts.ts';
import { NodeLifecycle } from './nodes/node-lifecycle.ts';
import { PodCollection } from './nodes/pod-collection.ts';
import { Registration } from './nodes/registration.ts';
import { TaintEviction } from './nodes/taint-eviction.ts';
import { Scheduler } from './scheduling/scheduler.ts';
import { DisruptionBudgets } from './workloads/disruption-budgets.ts';
import { Jobs } from './workloads/jobs.ts';
import { ReplicaSets } from './workloads/replica-sets.ts';
import { StatefulSets } from './workloads/stateful-sets.ts';
import { World } from './world.ts';

export interface ClusterOptions {
  readonly server: ApiServer;
  readonly schedule: Schedule;
  readonly behaviour?: Partial<ClusterBehaviour>;
  readonly vms: VmSource;
}

/** controller-manager, scheduler and the kubelets of a cluster whose VMs the cloud gives and takes. */
export class ClusterModel {
  readonly #hosts: Hosts;
  readonly #lifecycle: NodeLifecycle;
  readonly #kubelets: Kubelets;

  constructor({ behaviour = {}, schedule, server, vms }: ClusterOptions) {
    const world = new World(server, schedule, { ...typicalCluster, ...behaviour });
    this.#hosts = new Hosts(world, vms);
    Registration.start(world, this.#hosts);
    this.#lifecycle = NodeLifecycle.start(world, this.#hosts);
    TaintEviction.start(world);
    PodCollection.start(world);
    Scheduler.start(world);
    this.#kubelets = new Kubelets(world, this.#hosts);
    ReplicaSets.start(world);
    Deployments.start(world);
    StatefulSets.start(world);
    Jobs.start(world);
    DisruptionBudgets.start(world);
    world.start();
    this.#hosts.start();
  }

  /** How containers fare from here on; undefined leaves a pod to the ordinary. */
  decideFates(fateOf: (pod: KubernetesObject) => PodFate | undefined): void {
    this.#kubelets.decideFates(fateOf);
  }

  /** Somebody kills the pod's containers on its machine; its kubelet starts them again. */
  kill(pod: KubernetesObject): void {
    this.#kubelets.kill(pod);
  }

  /** The kubelet stands, or its network: its VM goes on. Of a Node without VM nothing is heard again. */
  silence(nodeName: string): void {
    if (!this.#hosts.silence(nodeName)) {
      this.#lifecycle.fallSilent(nodeName);
    }
  }

  revive(nodeName: string): void {
    this.#hosts.revive(nodeName);
  }
}
