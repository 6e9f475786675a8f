import type { KubernetesObject } from '@kaito/controller-runtime';
import { labels } from '@kaito/types';

import { fieldsOf } from '../api-server/json.ts';
import { findVmSize } from '../cloud/vm-sizes.ts';
import type { Vm, VmSource } from '../cloud/vm.ts';
import { listOf, specOf, textOf } from '../exploration/fields.ts';

const SIZE = 'Standard_NC6s_v3';

/** The machines that Karpenter has started, one for each claim. */
export class KarpenterVms implements VmSource {
  /** By the uid of the claim. */
  readonly #vms = new Map<string, Vm>();
  readonly #listeners: (() => void)[] = [];
  #started = 0;

  vms(): readonly Vm[] {
    return [...this.#vms.values()];
  }

  exists(providerId: string): boolean {
    return this.vms().some((vm) => vm.providerId === providerId);
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  of({ metadata }: KubernetesObject): Vm | undefined {
    return this.#vms.get(metadata.uid);
  }

  start(claim: KubernetesObject): Vm {
    this.#started += 1;
    const vm = vmOf(claim, this.#started);
    this.#vms.set(claim.metadata.uid, vm);
    this.#tell();
    return vm;
  }

  stop({ metadata }: KubernetesObject): void {
    if (this.#vms.delete(metadata.uid)) {
      this.#tell();
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) {
      listener();
    }
  }
}

/** Names and provider IDs look like nothing of Azure's, since nothing may depend on that (provisioner.md 1.4). */
function vmOf(claim: KubernetesObject, serial: number): Vm {
  const size = findVmSize(sizeOf(claim));
  const nodeName = `node-${serial}.karpenter.example.com`;
  return {
    id: `karpenter-${serial}`,
    pool: claim.metadata.name,
    vmSize: size?.name ?? SIZE,
    gpus: size?.gpus ?? 0,
    nodeName,
    providerId: `kwok://${nodeName}`,
    labels: {
      [labels.hostname]: nodeName,
      [labels.instanceType]: size?.name ?? SIZE,
      [labels.registered]: 'true',
      ...claim.metadata.labels,
    },
    taints: listOf(specOf(claim)['taints']).map((taint) => {
      const { effect, key, value } = fieldsOf(taint);
      return `${textOf(key) ?? ''}=${textOf(value) ?? ''}:${textOf(effect) ?? ''}`;
    }),
  };
}

function sizeOf(claim: KubernetesObject): string {
  for (const requirement of listOf(specOf(claim)['requirements'])) {
    const { key, values } = fieldsOf(requirement);
    if (key === labels.instanceType) {
      return textOf(listOf(values)[0]) ?? SIZE;
    }
  }
  return SIZE;
}
