import type { KubernetesObject, Manifest, ResourceType } from '@kaito/controller-runtime';
import type { FakeKubernetes } from '@kaito/testkit';
import { Deployment, deployments, labels, Machine, machines, Node, nodes } from '@kaito/types';

const signal = new AbortController().signal;
const FINALIZER = 'karpenter.sh/termination';
const UNAVAILABLE = 'all requested instance types were unavailable during launch';

/** Everybody else in the cluster: each call does what one of them would do next. */
export class Players {
  /** What the cloud answers to the provisioner. */
  capacity: 'plenty' | 'none' | 'silent' = 'plenty';
  readonly #api: FakeKubernetes;

  constructor(api: FakeKubernetes) {
    this.#api = api;
  }

  get turns(): readonly (() => Promise<void>)[] {
    return [async () => this.provision(), async () => this.bootNodes(), async () => this.runPods()];
  }

  /** The provisioner: finalizer, launch, Node, conditions; and back when the machine is deleted. */
  async provision(): Promise<void> {
    for (const machine of this.#machines()) {
      const hasNode = this.#nodes().some(({ metadata }) => metadata.name === nodeName(machine));
      if (machine.metadata.deletionTimestamp !== undefined) {
        await this.#tearDown(machine, hasNode);
      } else if (machine.metadata.finalizers === undefined) {
        await this.#patch(machines, machine, { metadata: { finalizers: [FINALIZER] } });
      } else {
        await this.#launch(machine, hasNode);
      }
    }
  }

  /** Kubelet and device plugin; the plugin runs where Nodes are labelled as GPU nodes. */
  async bootNodes(): Promise<void> {
    for (const node of this.#nodes()) {
      if (!isTrue(node, 'Ready')) {
        await this.#patch(nodes, node, { status: { conditions: [{ type: 'Ready', status: 'True' }] } });
      } else if (node.metadata.labels?.[labels.accelerator] === 'nvidia' && node.status.allocatable === undefined) {
        await this.#patch(nodes, node, { status: { allocatable: { 'nvidia.com/gpu': '1' } } });
      }
    }
  }

  /** Deployment controller, scheduler and pods in one: a replica per node with a GPU. */
  async runPods(): Promise<void> {
    const usable = this.#nodes().filter((node) => isTrue(node, 'Ready') && node.status.allocatable !== undefined);
    for (const object of this.#api.objects(deployments)) {
      const deployment = Deployment.parse(object);
      const replicas = deployment.spec.replicas ?? 1;
      const readyReplicas = Math.min(replicas, usable.length);
      const status = {
        observedGeneration: deployment.metadata.generation,
        replicas,
        updatedReplicas: replicas,
        readyReplicas,
      };
      await this.#patch(deployments, deployment, { status });
    }
  }

  async loseNode(): Promise<void> {
    const [node] = this.#nodes();
    if (node !== undefined) {
      await this.#api.delete({ type: nodes, key: { name: node.metadata.name } }, signal);
    }
  }

  async disturbNode(): Promise<void> {
    const [node] = this.#nodes();
    if (node !== undefined) {
      await this.#patch(nodes, node, { status: { conditions: [{ type: 'Ready', status: 'False' }] } });
    }
  }

  /** Somebody deletes a machine by hand. */
  async loseMachine(): Promise<void> {
    const [machine] = this.#machines();
    if (machine !== undefined) {
      await this.#api.delete({ type: machines, key: { name: machine.metadata.name } }, signal);
    }
  }

  /** A node that the user brings: of the size and with the labels that the Workspace asks for. */
  async freeNode(): Promise<void> {
    const own = { apps: 'phi-3', [labels.instanceType]: 'Standard_NC6s_v3' };
    const manifest = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'byo', labels: own } };
    await this.#api.create({ type: nodes, manifest, fieldManager: 'user' }, signal);
  }

  /** Somebody else's machine, under a name of his choice. */
  async foreignMachine(name: string): Promise<void> {
    const manifest = { apiVersion: 'karpenter.sh/v1alpha5', kind: 'Machine', metadata: { name } };
    await this.#api.create({ type: machines, manifest, fieldManager: 'somebody' }, signal);
  }

  async #launch(machine: Machine, hasNode: boolean): Promise<void> {
    if (this.capacity === 'silent') {
      return;
    }
    if (!hasNode && this.capacity === 'none') {
      await this.#giveUp(machine);
    } else if (!hasNode && machine.status?.nodeName !== undefined) {
      await this.#api.delete({ type: machines, key: { name: machine.metadata.name } }, signal); // its Node was lost
    } else if (!hasNode) {
      await this.#api.create({ type: nodes, manifest: nodeOf(machine), fieldManager: 'cloud' }, signal);
    } else {
      const isReady = this.#nodes().some((node) => node.metadata.name === nodeName(machine) && isTrue(node, 'Ready'));
      const conditions = [
        ...['MachineLaunched', 'MachineRegistered'].map((type) => ({ type, status: 'True' })),
        ...['MachineInitialized', 'Ready'].map((type) => ({ type, status: isReady ? 'True' : 'False' })),
      ];
      await this.#patch(machines, machine, { status: { nodeName: nodeName(machine), conditions } });
    }
  }

  async #giveUp(machine: Machine): Promise<void> {
    const told = machine.status?.conditions?.some(({ message }) => message === UNAVAILABLE) === true;
    if (told) {
      await this.#api.delete({ type: machines, key: { name: machine.metadata.name } }, signal);
    } else {
      const failed = { type: 'MachineLaunched', status: 'False', reason: 'LaunchFailed', message: UNAVAILABLE };
      await this.#patch(machines, machine, { status: { conditions: [failed] } });
    }
  }

  async #tearDown(machine: Machine, hasNode: boolean): Promise<void> {
    if (hasNode) {
      await this.#api.delete({ type: nodes, key: { name: nodeName(machine) } }, signal);
    } else {
      await this.#patch(machines, machine, { metadata: { finalizers: [] } });
    }
  }

  async #patch(type: ResourceType, { metadata: { name, namespace } }: Named, body: object): Promise<void> {
    const key = namespace === undefined ? { name } : { name, namespace };
    await this.#api.patch({ type, key, body: { ...body }, fieldManager: 'somebody' }, signal);
  }

  #machines(): readonly Machine[] {
    return this.#api
      .objects(machines)
      .map((object) => Machine.parse(object))
      .filter(({ metadata }) => metadata.labels?.[labels.workspace] !== undefined);
  }

  #nodes(): readonly Node[] {
    return this.#api.objects(nodes).map((object: KubernetesObject) => Node.parse(object));
  }
}

interface Named {
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
}

function nodeName({ metadata }: Machine): string {
  return `node-${metadata.name}`;
}

/** With the labels of the machine it was bought for, as agent pools do it. */
function nodeOf(machine: Machine): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: nodeName(machine),
      labels: { ...machine.metadata.labels, [labels.instanceType]: 'Standard_NC6s_v3' },
    },
  };
}

function isTrue({ status }: Node, type: string): boolean {
  return status.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true;
}
