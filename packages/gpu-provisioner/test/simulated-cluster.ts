import { ApiError } from '@kaito/controller-runtime';
import { conditions, labels, Machine } from '@kaito/types';
import type { Node, Pod } from '@kaito/types';

import type { Claim, ClaimRef, ClaimStatus } from '../src/core/claim/claim.ts';
import { Evictions } from '../src/core/deletion/evictions.ts';
import { claimOfMachine, isServedMachine } from '../src/core/front-ends/machine.ts';
import { NO_FLEET } from '../src/core/nodes/fleet.ts';
import type { ObjectPatch } from '../src/core/nodes/node-patch.ts';
import type { Cluster, ClusterView } from '../src/core/ports.ts';
import { timestamp } from '../src/core/time.ts';
import { claimNamesOf } from '../src/keys.ts';
import type { Disturb, Vm } from './simulated-cloud.ts';

export interface SimulatedEvent {
  readonly reason: string;
  readonly message: string;
}

interface Options {
  readonly now: () => number;
  readonly disturb: Disturb;
  readonly onChange: (claim: string) => void;
}

const PROVIDER_PREFIX =
  'azure:///subscriptions/s/resourceGroups/mc_rg/providers/Microsoft.Compute/virtualMachineScaleSets';

/** An API server in memory: versions, conflicts, finalizers, and a cache that shows the newest state. */
export class SimulatedCluster implements Cluster {
  readonly events: SimulatedEvent[] = [];
  readonly writes: string[] = [];
  readonly evicted: string[] = [];
  /** What `MachineLaunched` said, in order. */
  readonly messages: string[] = [];
  /** Nodes live on without their machines. */
  forgetsVms = false;
  /** Machines that the cache has not heard of. */
  readonly uncached = new Set<string>();
  readonly machines = new Map<string, Machine>();
  readonly nodes = new Map<string, Node>();
  readonly pods = new Map<string, Pod>();
  /** Pods that a disruption budget protects. */
  readonly protectedPods = new Set<string>();
  /** What this process remembers; a new one remembers nothing. */
  evictions = new Evictions();
  readonly #options: Options;
  readonly #booted = new Set<string>();
  #version = 1;
  #uids = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  addMachine(
    name: string,
    { labels: extra = {}, ...spec }: Partial<NonNullable<Machine['spec']>> & { labels?: Record<string, string> } = {},
  ): void {
    this.machines.set(name, {
      metadata: {
        name,
        uid: this.#nextUid('machine'),
        resourceVersion: this.#nextVersion(),
        generation: 1,
        creationTimestamp: this.#timestamp(),
        labels: { [labels.workspace]: 'phi', [labels.workspaceNamespace]: 'default', ...extra },
      },
      spec: {
        requirements: [{ key: labels.instanceType, operator: 'In', values: ['Standard_NC24ads_A100_v4'] }],
        taints: [{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }],
        resources: { requests: { storage: '120Gi' } },
        ...spec,
      },
    });
    this.#options.onChange(name);
  }

  addPod(name: string, node: string, more: Partial<Pod['spec']> = {}): void {
    const metadata = {
      name,
      namespace: 'default',
      uid: this.#nextUid('pod'),
      resourceVersion: this.#nextVersion(),
      creationTimestamp: this.#timestamp(),
    };
    this.pods.set(name, { metadata, spec: { nodeName: node, ...more }, status: { phase: 'Running' } });
  }

  removePod(name: string): void {
    const pod = this.pods.get(name);
    this.pods.delete(name);
    this.#tellOfNode(this.nodes.get(pod?.spec.nodeName ?? ''));
  }

  requestMachineDeletion(name: string): void {
    const machine = this.machines.get(name);
    if (machine !== undefined) {
      this.#putMachine({ ...machine, metadata: this.#deleting(machine.metadata) });
    }
  }

  requestNodeDeletion(name: string): void {
    const node = this.nodes.get(name);
    if (node !== undefined) {
      this.#putNode({ ...node, metadata: this.#deleting(node.metadata) });
    }
  }

  condition(name: string, type: string): string | undefined {
    const condition = this.machines.get(name)?.status?.conditions?.find((one) => one.type === type);
    return condition === undefined ? undefined : `${condition.status} ${condition.reason ?? ''}`.trim();
  }

  isReady(name: string): boolean {
    return this.condition(name, conditions.machine.ready) === 'True';
  }

  /** What kubelets and the cloud's node controller do: Nodes follow the machines there are. */
  syncNodes(vms: readonly Vm[]): void {
    const now = this.#options.now();
    for (const vm of vms) {
      const name = nodeName(vm.pool);
      if (vm.bootedAt <= now && !this.#booted.has(name)) {
        this.#booted.add(name);
        this.#putNode(this.#newNode(vm, vm.readyAt <= now));
      }
      const node = this.nodes.get(name);
      if (node !== undefined && vm.readyAt <= now && !isReady(node)) {
        this.#putNode({ ...node, status: { ...node.status, conditions: [readyCondition(true)] } });
      }
    }
    for (const name of this.forgetsVms ? [] : this.#booted) {
      if (vms.every((vm) => nodeName(vm.pool) !== name)) {
        this.#booted.delete(name);
        this.requestNodeDeletion(name);
      }
    }
  }

  setNodeReady(name: string, ready: boolean): void {
    const node = this.nodes.get(name);
    if (node !== undefined) {
      this.#putNode({ ...node, status: { ...node.status, conditions: [readyCondition(ready)] } });
    }
  }

  view(name: string): ClusterView {
    const machine = this.uncached.has(name) ? undefined : this.machines.get(name);
    const nodes = [...this.nodes.values()].filter((node) => claimNamesOf(node).includes(name));
    const pods = nodes.map(
      ({ metadata }) =>
        [
          metadata.name,
          [...this.pods.values()]
            .filter(({ spec }) => spec.nodeName === metadata.name)
            .map((pod) => ({ pod, ...this.evictions.get(pod.metadata.uid) })),
        ] as const,
    );
    const claims = machine !== undefined && isServedMachine(machine) ? [claimOfMachine(machine)] : [];
    return { claims, nodes, pods: new Map(pods), fleet: NO_FLEET };
  }

  async getClaims(name: string): Promise<readonly Claim[]> {
    const machine = this.machines.get(name);
    return machine === undefined ? [] : [claimOfMachine(machine)];
  }

  async getNode(name: string): Promise<Node | undefined> {
    return this.nodes.get(name);
  }

  async patchClaim({ name }: ClaimRef, patch: ObjectPatch): Promise<void> {
    this.#write(`patch machine ${name}`, () => {
      const machine = this.machines.get(name);
      if (machine === undefined) {
        throw new ApiError('NotFound', 'no such machine');
      }
      this.#putMachine({ ...machine, metadata: this.#patched(machine.metadata, patch.metadata) });
    });
  }

  async patchClaimStatus({ name, uid }: ClaimRef, status: ClaimStatus): Promise<void> {
    this.#write(`patch machine status ${name}`, () => {
      const machine = this.machines.get(name);
      if (machine?.metadata.uid !== uid) {
        throw new ApiError('Conflict', 'another machine');
      }
      const launched = status.conditions?.find(({ type }) => type === conditions.machine.launched);
      this.messages.push(launched?.message ?? '');
      this.#putMachine(
        Machine.parse({ ...machine, status, metadata: { ...machine.metadata, resourceVersion: this.#nextVersion() } }),
      );
    });
  }

  async deleteClaim({ name }: Claim): Promise<void> {
    this.#write(`delete machine ${name}`, () => {
      this.requestMachineDeletion(name);
    });
  }

  async patchNode(name: string, patch: ObjectPatch): Promise<void> {
    this.#write(`patch node ${name}`, () => {
      const node = this.nodes.get(name);
      if (node === undefined) {
        throw new ApiError('NotFound', 'no such node');
      }
      const { taints, unschedulable } = patch.spec ?? {};
      this.#putNode({
        ...node,
        metadata: this.#patched(node.metadata, patch.metadata),
        spec: {
          ...node.spec,
          ...(taints !== undefined && { taints: [...taints] }),
          ...(unschedulable !== undefined && { unschedulable }),
        },
      });
    });
  }

  async deleteNode(name: string): Promise<void> {
    this.#write(`delete node ${name}`, () => {
      this.requestNodeDeletion(name);
    });
  }

  async evictPod({ name, uid }: { name: string; uid: string }): Promise<void> {
    this.#write(`evict pod ${name}`, () => {
      if (this.protectedPods.has(name)) {
        this.evictions.refused(uid, new Date(this.#options.now()), 'Budget');
        return;
      }
      this.evicted.push(name);
      this.removePod(name);
    });
  }

  claims(): undefined {
    return undefined;
  }

  warnOfCluster(): void {
    // nobody looks
  }

  async deletePod(): Promise<void> {
    throw new Error('pods are deleted by force in other tests');
  }

  warn(_claim: ClaimRef, reason: string, message: string): void {
    this.events.push({ reason, message });
  }

  #write(what: string, work: () => void): void {
    this.#options.disturb(`${what} before`);
    work();
    this.writes.push(what);
    this.#options.disturb(`${what} after`);
  }

  #newNode({ labels: own, pool }: Vm, ready: boolean): Node {
    const vmss = `aks-${pool}-12345678-vmss`;
    return {
      metadata: {
        name: nodeName(pool),
        uid: this.#nextUid('node'),
        resourceVersion: this.#nextVersion(),
        creationTimestamp: this.#timestamp(),
        labels: { ...own, [labels.agentPool]: pool, [labels.zone]: 'eastus-1', 'set-by': 'kubelet' },
      },
      spec: { providerID: `${PROVIDER_PREFIX}/${vmss}/virtualMachines/0` },
      status: { capacity: { cpu: '24' }, allocatable: { cpu: '23' }, conditions: [readyCondition(ready)] },
    };
  }

  #patched<M extends Machine['metadata']>(metadata: M, patch: ObjectPatch['metadata']): M {
    if (metadata.resourceVersion !== patch.resourceVersion) {
      throw new ApiError('Conflict', 'the object has changed');
    }
    const { finalizers, ownerReferences } = patch;
    return {
      ...metadata,
      labels: { ...metadata.labels, ...patch.labels },
      annotations: { ...metadata.annotations, ...patch.annotations },
      ...(finalizers !== undefined && { finalizers: [...finalizers] }),
      ...(ownerReferences !== undefined && { ownerReferences: [...ownerReferences] }),
      resourceVersion: this.#nextVersion(),
    };
  }

  #deleting<M extends Machine['metadata']>(metadata: M): M {
    const deletionTimestamp = metadata.deletionTimestamp ?? this.#timestamp();
    return { ...metadata, deletionTimestamp, resourceVersion: this.#nextVersion() };
  }

  #putMachine(machine: Machine): void {
    const { name } = machine.metadata;
    if (isGone(machine.metadata)) {
      this.machines.delete(name);
      this.#collectNodesOf(machine.metadata.uid);
    } else {
      this.machines.set(name, machine);
    }
    this.#options.onChange(name);
  }

  #putNode(node: Node): void {
    const { name } = node.metadata;
    if (isGone(node.metadata)) {
      this.nodes.delete(name);
    } else {
      this.nodes.set(name, node);
    }
    this.#tellOfNode(node);
  }

  /** What Kubernetes' garbage collector does with the Nodes of an owner that is gone. */
  #collectNodesOf(uid: string): void {
    for (const { metadata } of this.nodes.values()) {
      if (metadata.ownerReferences?.some((owner) => owner.uid === uid) === true) {
        this.requestNodeDeletion(metadata.name);
      }
    }
  }

  #tellOfNode(node: Node | undefined): void {
    for (const name of node === undefined ? [] : claimNamesOf(node)) {
      this.#options.onChange(name);
    }
  }

  #timestamp(): string {
    return timestamp(new Date(this.#options.now()));
  }

  #nextVersion(): string {
    this.#version += 1;
    return String(this.#version);
  }

  #nextUid(kind: string): string {
    this.#uids += 1;
    return `${kind}-${this.#uids}`;
  }
}

export function nodeName(pool: string): string {
  return `aks-${pool}-12345678-vmss000000`;
}

function readyCondition(ready: boolean): { type: string; status: string } {
  return { type: 'Ready', status: ready ? 'True' : 'False' };
}

function isReady({ status }: Node): boolean {
  return status.conditions?.[0]?.status === 'True';
}

function isGone({ deletionTimestamp, finalizers = [] }: Machine['metadata']): boolean {
  return deletionTimestamp !== undefined && finalizers.length === 0;
}
