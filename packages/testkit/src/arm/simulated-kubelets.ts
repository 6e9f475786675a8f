import { setTimeout as sleep } from 'node:timers/promises';

import { isApiError } from '@kaito/controller-runtime';
import type { Kubernetes } from '@kaito/controller-runtime';
import { labels as labelNames, nodes, pods } from '@kaito/types';

import type { SimulatorControl, SimulatedVm } from './simulator-control.ts';

const fieldManager = 'kubelet';
const EVERY_MS = 50;

/** What the kubelets of the simulator's machines do: Nodes that come, get Ready and go, pods that end when told to. */
export class SimulatedKubelets {
  readonly #ready = new Set<string>();
  readonly #kubernetes: Kubernetes;
  readonly #control: SimulatorControl;
  readonly #everyMs: number;

  /** `everyMs`: how often they look at the simulator. */
  constructor(kubernetes: Kubernetes, control: SimulatorControl, everyMs = EVERY_MS) {
    this.#kubernetes = kubernetes;
    this.#control = control;
    this.#everyMs = everyMs;
  }

  async run(signal: AbortSignal): Promise<void> {
    const known = new Set<string>();
    while (!signal.aborted) {
      const vms = (await this.#control.vms()).filter(({ pool }) => pool !== 'system');
      for (const vm of vms.filter(({ state }) => state === 'Running')) {
        await this.#keep(vm, known, signal);
      }
      for (const name of known) {
        if (vms.every((vm) => vm.name !== name)) {
          known.delete(name);
          this.#ready.delete(name);
          await this.#kubernetes.delete({ type: nodes, key: { name } }, signal);
        }
      }
      await this.#endPods(signal);
      await sleep(this.#everyMs);
    }
  }

  async #keep(vm: SimulatedVm, known: Set<string>, signal: AbortSignal): Promise<void> {
    if (!known.has(vm.name)) {
      known.add(vm.name);
      await this.#register(vm, signal);
    }
    const isDue = vm.nodeReadyAt !== undefined && Date.parse(vm.nodeReadyAt) <= Date.now();
    if (isDue && !this.#ready.has(vm.name)) {
      this.#ready.add(vm.name);
      await this.#report(vm, 'True', signal);
    }
  }

  async #register(vm: SimulatedVm, signal: AbortSignal): Promise<void> {
    const { labels, name, providerId, taints } = vm;
    const manifest = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels },
      spec: { providerID: providerId, taints: taints.map(taintOf) },
    };
    try {
      await this.#kubernetes.create({ type: nodes, manifest, fieldManager }, signal);
      await this.#report(vm, 'False', signal);
    } catch (error) {
      if (!isApiError(error, 'AlreadyExists')) {
        throw error;
      }
    }
  }

  async #report({ name, labels }: SimulatedVm, ready: 'True' | 'False', signal: AbortSignal): Promise<void> {
    const now = `${new Date().toISOString().slice(0, 19)}Z`;
    const amounts = { cpu: '24', memory: '220Gi', pods: '110', ...gpusOf(labels[labelNames.instanceType]) };
    const status = {
      capacity: amounts,
      allocatable: amounts,
      conditions: [{ type: 'Ready', status: ready, reason: 'KubeletReady', message: '', lastTransitionTime: now }],
    };
    const patch = { type: nodes, key: { name }, body: { status }, subresource: 'status', fieldManager } as const;
    await this.#kubernetes.patch(patch, signal).catch(unlessGone);
  }

  async #endPods(signal: AbortSignal): Promise<void> {
    const { items } = await this.#kubernetes.list({ type: pods }, signal);
    for (const { metadata } of items.filter((pod) => pod.metadata.deletionTimestamp !== undefined)) {
      const { name, namespace } = metadata;
      await this.#kubernetes.delete({ type: pods, key: { name, namespace }, gracePeriodSeconds: 0 }, signal);
    }
  }
}

/** What the device plugin of a GPU size reports, with the kubelet's first word of Ready here. */
function gpusOf(size: string | undefined): Readonly<Record<string, string>> {
  return size?.startsWith('Standard_N') === true ? { 'nvidia.com/gpu': '1' } : {};
}

/** Somebody may delete a Node at any moment. */
function unlessGone(error: unknown): void {
  if (!isApiError(error, 'NotFound')) {
    throw error;
  }
}

function taintOf(text: string): object {
  const [pair = '', effect = ''] = text.split(':');
  const [key = '', value = ''] = pair.split('=');
  return { key, value, effect };
}
