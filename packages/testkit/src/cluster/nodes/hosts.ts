import type { Vm, VmSource } from '../../cloud/vm.ts';
import type { World } from '../world.ts';

/** A VM with its kubelet. */
export interface Host {
  readonly vm: Vm;
  /** The kubelet runs and reaches the API server. */
  isAlive: boolean;
  isRegistered: boolean;
  /** Images that were pulled. */
  readonly images: Set<string>;
}

export interface HostListener {
  registered(host: Host): void;
  /** It fell silent: its VM is gone, or its kubelet stands. */
  lost(host: Host): void;
  /** It speaks again after a silence. */
  back(host: Host): void;
}

/** The VMs that there are, by the name of their Node. */
export class Hosts {
  readonly #world: World;
  readonly #vms: VmSource;
  readonly #hosts = new Map<string, Host>();
  readonly #listeners: HostListener[] = [];
  readonly #appeared: ((host: Host) => void)[] = [];

  constructor(world: World, vms: VmSource) {
    this.#world = world;
    this.#vms = vms;
  }

  start(): void {
    this.#vms.onChange(() => {
      this.#look();
    });
    this.#look();
  }

  onAppearance(listener: (host: Host) => void): void {
    this.#appeared.push(listener);
  }

  listen(listener: HostListener): void {
    this.#listeners.push(listener);
  }

  /** Whose kubelet answers for the Node. */
  speakerOf(nodeName: string): Host | undefined {
    const host = this.#hosts.get(nodeName);
    return host?.isAlive === true && host.isRegistered ? host : undefined;
  }

  hasVm(providerId: string): boolean {
    return this.#vms.exists(providerId);
  }

  register(host: Host): void {
    host.isRegistered = true;
    for (const listener of this.#listeners) {
      listener.registered(host);
    }
  }

  /** False when there is no VM of that Node. */
  silence(nodeName: string): boolean {
    const host = this.#hosts.get(nodeName);
    if (host?.isAlive === true) {
      this.#lose(host);
    }
    return host !== undefined;
  }

  revive(nodeName: string): void {
    const host = this.#hosts.get(nodeName);
    if (host?.isAlive !== false) {
      return;
    }
    host.isAlive = true;
    for (const listener of host.isRegistered ? this.#listeners : []) {
      listener.back(host);
    }
    if (!host.isRegistered) {
      this.#appear(host);
    }
  }

  #look(): void {
    const present = new Map(this.#vms.vms().map((vm) => [vm.nodeName, vm]));
    for (const [name, host] of this.#hosts) {
      if (present.get(name)?.id !== host.vm.id) {
        this.#hosts.delete(name);
        this.#lose(host);
      }
    }
    for (const [name, vm] of present) {
      if (!this.#hosts.has(name)) {
        const host: Host = { vm, isAlive: true, isRegistered: false, images: new Set() };
        this.#hosts.set(name, host);
        this.#appear(host);
      }
    }
  }

  #appear(host: Host): void {
    this.#world.after(this.#world.behaviour.nodeRegisteredMs, () => {
      if (host.isAlive && !host.isRegistered) {
        for (const listener of this.#appeared) {
          listener(host);
        }
      }
    });
  }

  #lose(host: Host): void {
    host.isAlive = false;
    for (const listener of this.#listeners) {
      listener.lost(host);
    }
  }
}
