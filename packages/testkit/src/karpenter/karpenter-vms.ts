import type { KubernetesObject } from '@kaito/controller-runtime';
import { labels, taints } from '@kaito/types';

import { fieldsOf } from '../api-server/json.ts';
import { findVmSize } from '../cloud/vm-sizes.ts';
import type { VmSize } from '../cloud/vm-sizes.ts';
import type { Vm, VmSource } from '../cloud/vm.ts';
import { listOf, specOf, textOf } from '../exploration/fields.ts';

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

  /** Undefined for a size that there is not. */
  start(claim: KubernetesObject): Vm | undefined {
    const size = findVmSize(sizeOf(claim));
    if (size === undefined) {
      return undefined;
    }
    this.#started += 1;
    const vm = vmOf(claim, size, this.#started);
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
function vmOf({ metadata }: KubernetesObject, size: VmSize, serial: number): Vm {
  const nodeName = `node-${serial}.karpenter.example.com`;
  return {
    id: `karpenter-${serial}`,
    pool: metadata.name,
    vmSize: size.name,
    gpus: size.gpus,
    nodeName,
    providerId: `kwok://${nodeName}`,
    labels: { [labels.hostname]: nodeName, [labels.instanceType]: size.name, ...metadata.labels },
    taints: [`${taints.unregistered.key}=:${taints.unregistered.effect}`],
  };
}

function sizeOf(claim: KubernetesObject): string {
  for (const requirement of listOf(specOf(claim)['requirements'])) {
    const { key, values } = fieldsOf(requirement);
    if (key === labels.instanceType) {
      return textOf(listOf(values)[0]) ?? '';
    }
  }
  return '';
}
