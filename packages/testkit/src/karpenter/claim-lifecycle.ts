import type { KubernetesObject } from '@kaito/controller-runtime';
import { nodeClaims, nodes } from '@kaito/types';

import { isLeaving, isTrue } from '../cluster/reading.ts';
import { specOf } from '../exploration/fields.ts';
import type { Schedule } from '../time/schedule.ts';
import type { KarpenterBehaviour } from './karpenter-behaviour.ts';
import type { KarpenterVms } from './karpenter-vms.ts';
import { isGuarded } from './karpenter-writes.ts';
import type { KarpenterWrites } from './karpenter-writes.ts';
import { hasClass, isServed } from './node-class.ts';
import { initializedNode, registeredNode, uninitialized } from './node-registration.ts';

/** Of what has only just been tried. */
const WAITING = [
  { type: 'Registered', status: 'Unknown', reason: 'NodeNotFound' },
  { type: 'Initialized', status: 'Unknown', reason: 'AwaitingReconciliation' },
  { type: 'Ready', status: 'Unknown', reason: 'ReconcilingDependents' },
] as const;
const UNLAUNCHED = {
  type: 'Launched',
  status: 'Unknown',
  reason: 'LaunchFailed',
  message: 'instance type not found',
} as const;
const LAUNCHED = { type: 'Launched', status: 'True', reason: 'Launched' } as const;
const REGISTERED = { type: 'Registered', status: 'True', reason: 'Registered' } as const;
const INITIALIZED = { type: 'Initialized', status: 'True', reason: 'Initialized' } as const;
const READY = { type: 'Ready', status: 'True', reason: 'Ready' } as const;

interface Parts {
  readonly writes: KarpenterWrites;
  readonly schedule: Schedule;
  readonly behaviour: KarpenterBehaviour;
  readonly vms: KarpenterVms;
}

/** A claim from its finalizer to its end: launched, registered and initialized, each once and for good. */
export class ClaimLifecycle {
  readonly #writes: KarpenterWrites;
  readonly #schedule: Schedule;
  readonly #behaviour: KarpenterBehaviour;
  readonly #vms: KarpenterVms;

  constructor({ behaviour, schedule, vms, writes }: Parts) {
    this.#writes = writes;
    this.#schedule = schedule;
    this.#behaviour = behaviour;
    this.#vms = vms;
  }

  serveAll(): void {
    for (const claim of this.#writes.list(nodeClaims)) {
      if (isServed(claim)) {
        this.#serve(claim);
      }
    }
  }

  #serve(claim: KubernetesObject): void {
    if (isLeaving(claim)) {
      this.#finalize(claim);
    } else if (!isGuarded(claim)) {
      this.#writes.guard(nodeClaims, claim);
      this.#schedule.after(this.#behaviour.launchMs, () => {
        this.#launch(claim);
      });
    } else if (isTrue(claim, 'Launched')) {
      this.#follow(claim);
    }
  }

  #launch(seen: KubernetesObject): void {
    const claim = this.#writes.current(nodeClaims, seen);
    if (claim === undefined || isLeaving(claim)) {
      return;
    }
    if (!this.#behaviour.hasCapacity || !hasClass(specOf(claim))) {
      this.#writes.warn(claim, 'InsufficientCapacityError', `NodeClaim ${claim.metadata.name} event: no capacity`);
      this.#writes.delete(nodeClaims, claim);
      return;
    }
    const vm = this.#vms.start(claim);
    if (vm === undefined) {
      this.#writes.tell(nodeClaims, claim, [UNLAUNCHED, ...WAITING]);
    } else {
      this.#writes.tell(nodeClaims, claim, [LAUNCHED, ...WAITING], { providerID: vm.providerId });
    }
  }

  /** A claim whose Node has gone goes too; what becomes of the Node otherwise changes nothing. */
  #follow(claim: KubernetesObject): void {
    const vm = this.#vms.of(claim);
    const node = vm === undefined ? undefined : this.#writes.get(nodes, vm.nodeName);
    if (node === undefined) {
      if (isTrue(claim, 'Registered')) {
        this.#writes.delete(nodeClaims, claim);
      }
    } else if (!isTrue(claim, 'Registered')) {
      this.#writes.patch(nodes, node, registeredNode(claim, node));
      this.#writes.tell(nodeClaims, claim, [REGISTERED], { nodeName: node.metadata.name });
    } else if (!isTrue(claim, 'Initialized')) {
      this.#initialize(claim, node);
    }
  }

  #initialize(claim: KubernetesObject, node: KubernetesObject): void {
    const reason = uninitialized(claim, node);
    if (reason !== undefined) {
      this.#writes.tell(nodeClaims, claim, [{ type: 'Initialized', status: 'Unknown', reason }]);
      return;
    }
    this.#writes.patch(nodes, node, initializedNode);
    this.#writes.tell(nodeClaims, claim, [INITIALIZED, READY]);
  }

  /** The Node goes first; whoever looks after Nodes empties it. */
  #finalize(claim: KubernetesObject): void {
    const vm = this.#vms.of(claim);
    const node = vm === undefined ? undefined : this.#writes.get(nodes, vm.nodeName);
    if (node !== undefined && isTrue(claim, 'Registered')) {
      this.#writes.delete(nodes, node);
      return;
    }
    this.#vms.stop(claim);
    if (isGuarded(claim)) {
      this.#writes.letGo(nodeClaims, claim);
    }
  }
}
