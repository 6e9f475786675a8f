import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import type { Clock, Informer, Kubernetes } from '@kaito/controller-runtime';

import type { MountMode } from './adapters/container-root.ts';
import type { Guardian } from './adapters/guardian.ts';
import { PodNames } from './adapters/pod-names.ts';
import { PodSourceReader } from './adapters/pod-sources.ts';
import { PodVolumes } from './adapters/pod-volumes.ts';
import type { ServiceProxy } from './adapters/service-proxy.ts';
import { OffsetPool } from './core/addresses.ts';
import type { PodAddresses } from './core/addresses.ts';
import type { NamedPod } from './core/hosts-file.ts';
import type { ImageProgram } from './core/image.ts';
import { GPU } from './core/node.ts';
import type { AgentNode } from './core/node.ts';
import type { AgentPod } from './core/pod.ts';
import type { AgentService, Target } from './core/service-rules.ts';
import type { DevicePlugins } from './device-plugins.ts';
import { ProcessHost } from './process-host.ts';

export interface HostFactoryOptions {
  readonly kubernetes: Kubernetes;
  readonly clock: Clock;
  readonly directory: string;
  readonly images: readonly ImageProgram[];
  readonly programDirectory: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly kubelet: { readonly host: string };
  readonly apiServer: Target;
  readonly nodes: Informer<AgentNode>;
  readonly services: Informer<AgentService>;
  readonly mountMode: MountMode;
  readonly addresses: PodAddresses;
  readonly guardian: Guardian;
  readonly proxy: ServiceProxy;
  readonly plugins: DevicePlugins;
}

interface Files {
  /** The pod's own directory. */
  readonly own: string;
  readonly hostsFile: string | undefined;
}

const STANDARD_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Gives each pod its place: an address, a directory, volumes. */
export class HostFactory {
  readonly #options: HostFactoryOptions;
  readonly #offsets: OffsetPool;
  readonly #names = new PodNames();

  constructor(options: HostFactoryOptions) {
    this.#options = options;
    this.#offsets = new OffsetPool(options.addresses.size);
  }

  /** Undefined when every address is taken. */
  newHost(pod: AgentPod): { readonly host: ProcessHost; readonly release: () => void } | undefined {
    const offset = this.#offsets.take();
    if (offset === undefined) {
      return undefined;
    }
    const own = path.join(this.#options.directory, 'pods', pod.metadata.uid);
    const named = this.#nameOf(pod, offset);
    const hostsFile = named === undefined ? undefined : path.join(own, 'hosts');
    const leave = named === undefined || hostsFile === undefined ? undefined : this.#names.join(named, hostsFile);
    const release = (): void => {
      leave?.();
      this.#offsets.release(offset);
    };
    return { host: this.#hostAt(pod, offset, { own, hostsFile }), release };
  }

  /** Undefined for a pod that nobody looks for by its name. */
  #nameOf({ metadata, spec }: AgentPod, offset: number): NamedPod | undefined {
    const { hostname = metadata.name, subdomain } = spec;
    const { namespace = '' } = metadata;
    const address = this.#options.addresses.loopback(offset);
    return subdomain === undefined ? undefined : { namespace, hostname, subdomain, address };
  }

  #hostAt(pod: AgentPod, offset: number, { own, hostsFile }: Files): ProcessHost {
    const { addresses, clock, directory, kubelet, kubernetes, nodes, plugins } = this.#options;
    const node = pod.spec.nodeName ?? '';
    const reader = new PodSourceReader(kubernetes, clock);
    return new ProcessHost({
      ...this.#options,
      place: {
        podIp: addresses.podIp(offset),
        hostIp: kubelet.host,
        allocatable: nodes.cache.get(node)?.status.allocatable ?? {},
      },
      address: addresses.loopback(offset),
      directory: own,
      hostsFile,
      volumes: new PodVolumes(path.join(own, 'volumes'), path.join(directory, 'machines', node), reader),
      variables: () => this.#variables(),
      onProvided: (resource, isRunning) => {
        if (resource === GPU && isRunning) {
          plugins.started(node);
        } else if (resource === GPU) {
          plugins.stopped(node);
        }
      },
    });
  }

  #variables(): Readonly<Record<string, string>> {
    const { host, port } = this.#apiServerAddress();
    return {
      PATH: `${path.dirname(process.execPath)}:${STANDARD_PATH}`,
      HOME: homedir(),
      KUBERNETES_SERVICE_HOST: host,
      KUBERNETES_SERVICE_PORT: String(port),
      KUBERNETES_SERVICE_PORT_HTTPS: String(port),
      KUBERNETES_PORT: `tcp://${host}:${port}`,
      ...this.#options.variables,
    };
  }

  /** Where the Service `kubernetes` is listened on; before it is, the API server itself. */
  #apiServerAddress(): Target {
    const { services, proxy, apiServer } = this.#options;
    const port = services.cache.get('default/kubernetes')?.spec.ports[0]?.port;
    return (port === undefined ? undefined : proxy.addressOf('default', 'kubernetes', port)) ?? apiServer;
  }
}
