import { nodes } from '../kinds.ts';
import type { World } from '../world.ts';
import type { Host, Hosts } from './hosts.ts';
import { GPU, newNode, readyStatus, resourcesOf } from './node-object.ts';

/** What the kubelet says of its Node: that it is there, that it is Ready, and what it offers. */
export class Registration {
  readonly #world: World;
  readonly #hosts: Hosts;

  static start(world: World, hosts: Hosts): Registration {
    return new Registration(world, hosts);
  }

  private constructor(world: World, hosts: Hosts) {
    this.#world = world;
    this.#hosts = hosts;
    hosts.onAppearance((host) => {
      this.#register(host);
    });
    hosts.listen({
      registered: () => undefined,
      lost: () => undefined,
      back: (host) => {
        this.#ready(host);
      },
    });
  }

  /** A Node of that name is taken over, whoever made it. */
  #register(host: Host): void {
    const { vm } = host;
    const known = this.#world.get(nodes, vm.nodeName);
    const node = known ?? this.#world.create(nodes, newNode(vm));
    const resources = resourcesOf(vm);
    const gpus = vm.gpus > 0 && known !== undefined ? { [GPU]: '0' } : {};
    this.#world.patchStatus(nodes, node, {
      status: {
        ...readyStatus(node, 'starting', this.#world.now()),
        capacity: { ...resources, ...gpus },
        allocatable: { ...resources, ...gpus },
      },
    });
    this.#hosts.register(host);
    this.#world.after(this.#world.behaviour.nodeReadyMs, () => {
      this.#ready(host);
    });
  }

  #ready(host: Host): void {
    const node = this.#world.get(nodes, host.vm.nodeName);
    if (node === undefined || this.#hosts.speakerOf(host.vm.nodeName) !== host) {
      return;
    }
    this.#world.patchStatus(nodes, node, { status: readyStatus(node, 'ready', this.#world.now()) });
    if (host.vm.gpus > 0) {
      this.#world.after(this.#world.behaviour.devicePluginMs, () => {
        this.#offerGpus(host);
      });
    }
  }

  #offerGpus(host: Host): void {
    const node = this.#world.get(nodes, host.vm.nodeName);
    if (node !== undefined && this.#hosts.speakerOf(host.vm.nodeName) === host) {
      const gpus = { [GPU]: String(host.vm.gpus) };
      this.#world.patchStatus(nodes, node, { status: { capacity: gpus, allocatable: gpus } });
    }
  }
}
