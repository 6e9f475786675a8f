import type { Vm, VmSource } from '../cloud/vm.ts';

/** The VMs of several providers, in one cluster. */
export class JointVms implements VmSource {
  readonly #sources: readonly VmSource[];

  constructor(...sources: readonly VmSource[]) {
    this.#sources = sources;
  }

  vms(): readonly Vm[] {
    return this.#sources.flatMap((source) => source.vms());
  }

  exists(providerId: string): boolean {
    return this.#sources.some((source) => source.exists(providerId));
  }

  onChange(listener: () => void): void {
    for (const source of this.#sources) {
      source.onChange(listener);
    }
  }
}
