import type { KubernetesObject, ResourceType } from '@kaito/controller-runtime';
import type { Vm, VmSource, World } from '@kaito/testkit';
import { finalizers, labels, nodes } from '@kaito/types';

import type { ClaimApi } from '../../src/core/claims/claim.ts';
import { capacityEvent, EVENTS } from './capacity-event.ts';
import { ERAS } from './claim-apis.ts';
import { instanceTypeOf, isNodeReady, taintsOf } from './claim-views.ts';

const fieldManager = 'another-provisioner';
const DAY = '2026-01-01T00:00:00Z';

const SEEN_MS = 100;
const LAUNCH_MS = 5_000;
const REMOVAL_MS = 5_000;

type ReadyStatus = 'True' | 'False' | 'Unknown';

/** A claim in the hands of the stand-in. */
interface Held {
  readonly name: string;
  readonly vm: Vm;
  /** How many of the three steps are done. */
  step: number;
  /** What Ready says when all steps are done. */
  ready: ReadyStatus;
}

/**
 * A provisioner that this project did not write, as one may be: it tells what the contract demands and nothing else, its
 * Nodes have other names than their claims and provider IDs of another cloud, and it deletes what it has no capacity for.
 */
export class StandIn implements VmSource {
  readonly #api: ClaimApi;
  readonly #held = new Map<string, Held>();
  #world: World | undefined;
  #tell: () => void = () => undefined;
  #launched = 0;
  /** Why the next claims are refused; undefined: they are not. */
  refusal: string | undefined;
  /** Claims that are deleted stay until this is false. */
  isHoldingOn = false;
  /** What it tells of each claim besides; nothing is needed. */
  capacity: Readonly<Record<string, string>> | undefined;

  constructor(api: ClaimApi) {
    this.#api = api;
  }

  begin(world: World): void {
    this.#world = world;
    const { plural } = this.#type;
    world.server.onChange(({ event, object, type }) => {
      if (type.plural === nodes.plural && event !== 'DELETED') {
        this.#after(SEEN_MS, () => {
          this.#lookAt(object.metadata.name);
        });
      } else if (type.plural === plural && event === 'ADDED') {
        this.#after(SEEN_MS, () => {
          this.#take(object);
        });
      } else if (type.plural === plural && event === 'MODIFIED' && object.metadata.deletionTimestamp !== undefined) {
        this.#after(SEEN_MS, () => {
          this.#remove(object.metadata.name);
        });
      }
    });
  }

  vms(): readonly Vm[] {
    return [...this.#held.values()].map(({ vm }) => vm);
  }

  exists(providerId: string): boolean {
    return this.vms().some((vm) => vm.providerId === providerId);
  }

  onChange(listener: () => void): void {
    this.#tell = listener;
  }

  nodeNameOf(claim: string): string {
    const held = this.#held.get(claim);
    if (held === undefined) {
      throw new Error(`the claim ${claim} has not been launched`);
    }
    return held.vm.nodeName;
  }

  /** From here on Ready says this of a claim whose Node was there already. */
  setReady(claim: string, ready: ReadyStatus): void {
    const held = this.#held.get(claim);
    if (held !== undefined) {
      held.ready = ready;
      this.#report(held);
    }
  }

  /** Lets go of the claims whose deletion it has held up. */
  letGo(): void {
    this.isHoldingOn = false;
    for (const { metadata } of this.#server.list({ type: this.#type }).items) {
      if (metadata.deletionTimestamp !== undefined) {
        this.#remove(metadata.name);
      }
    }
  }

  #take(claim: KubernetesObject): void {
    const { name } = claim.metadata;
    if (this.#claim(name)?.metadata.uid !== claim.metadata.uid) {
      return;
    }
    this.#setFinalizers(name, [finalizers.termination]);
    if (this.refusal !== undefined) {
      const manifest = capacityEvent(this.#type, claim, this.refusal);
      this.#server.create({ type: EVENTS, manifest, fieldManager });
      this.#server.delete({ type: this.#type, key: { name } });
      return;
    }
    this.#after(LAUNCH_MS, () => {
      this.#launch(claim);
    });
  }

  #launch(claim: KubernetesObject): void {
    const { name, uid } = claim.metadata;
    const current = this.#claim(name);
    if (current?.metadata.uid !== uid || current.metadata.deletionTimestamp !== undefined) {
      return;
    }
    this.#launched += 1;
    const held: Held = { name, vm: vmOf(claim, this.#launched), step: 1, ready: 'True' };
    this.#held.set(name, held);
    this.#report(held);
    this.#tell();
  }

  #lookAt(nodeName: string): void {
    const held = [...this.#held.values()].find(({ vm }) => vm.nodeName === nodeName);
    const node = this.#server.get({ type: nodes, key: { name: nodeName } });
    if (held === undefined || node === undefined || held.step === 3) {
      return;
    }
    const isReady = isNodeReady(node);
    if (held.step === 1 || isReady) {
      held.step = isReady ? 3 : 2;
      this.#mark(held);
      this.#report(held);
    }
  }

  /** The labels of the claim reach its Node, and with them how far it is. */
  #mark({ name, step, vm }: Held): void {
    const { labels: own = {} } = this.#claim(name)?.metadata ?? {};
    const marks = { ...own, [labels.registered]: 'true', ...(step === 3 && { [labels.initialized]: 'true' }) };
    const body = { metadata: { labels: marks } };
    this.#server.patch({ type: nodes, key: { name: vm.nodeName }, body, fieldManager });
  }

  #report({ name, ready, step, vm }: Held): void {
    if (this.#claim(name) === undefined) {
      return;
    }
    const isDone = step === 3;
    const steps = ERAS[this.#api].steps.map((type, at) => condition(type, at < step ? 'True' : 'Unknown'));
    const status = {
      providerID: vm.providerId,
      ...(step > 1 && { nodeName: vm.nodeName }),
      ...(this.capacity !== undefined && { capacity: this.capacity, allocatable: this.capacity }),
      conditions: [...steps, condition('Ready', isDone ? ready : 'Unknown')],
    };
    this.#server.patch({ type: this.#type, key: { name }, subresource: 'status', body: { status }, fieldManager });
  }

  #remove(name: string): void {
    const claim = this.#claim(name);
    const held = this.#held.get(name);
    if (claim?.metadata.deletionTimestamp === undefined || this.isHoldingOn) {
      return;
    }
    if (held !== undefined) {
      this.#held.delete(name);
      this.#tell();
      if (this.#server.get({ type: nodes, key: { name: held.vm.nodeName } }) !== undefined) {
        this.#server.delete({ type: nodes, key: { name: held.vm.nodeName } });
      }
    }
    this.#after(held === undefined ? 0 : REMOVAL_MS, () => {
      if (this.#claim(name)?.metadata.uid === claim.metadata.uid) {
        this.#setFinalizers(name, []);
      }
    });
  }

  #setFinalizers(name: string, list: readonly string[]): void {
    const body = { metadata: { finalizers: list } };
    this.#server.patch({ type: this.#type, key: { name }, body, fieldManager });
  }

  #claim(name: string): KubernetesObject | undefined {
    return this.#server.get({ type: this.#type, key: { name } });
  }

  #after(ms: number, act: () => void): void {
    this.#world?.time.after(ms, act);
  }

  get #type(): ResourceType {
    return ERAS[this.#api].type;
  }

  get #server(): World['server'] {
    if (this.#world === undefined) {
      throw new Error('it has not begun');
    }
    return this.#world.server;
  }
}

function condition(type: string, status: ReadyStatus): object {
  return { type, status, reason: type, message: '', lastTransitionTime: DAY };
}

/** Its Node is named after nothing that the claim says. */
function vmOf(claim: KubernetesObject, ordinal: number): Vm {
  const vmSize = instanceTypeOf(claim);
  const nodeName = `ip-10-0-0-${ordinal}.ec2.internal`;
  return {
    id: claim.metadata.uid,
    pool: claim.metadata.name,
    vmSize,
    labels: {
      [labels.instanceType]: vmSize,
      [labels.hostname]: nodeName,
      [labels.os]: 'linux',
      [labels.arch]: 'amd64',
    },
    taints: taintsOf(claim),
    gpus: 1,
    providerId: `aws:///us-west-2a/i-${ordinal}`,
    nodeName,
  };
}
