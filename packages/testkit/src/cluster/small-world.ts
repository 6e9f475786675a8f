import type { KubernetesObject, ResourceType } from '@kaito/controller-runtime';

import { ApiServer } from '../api-server/api-server.ts';
import { GarbageCollector } from '../api-server/garbage-collector.ts';
import type { Fields } from '../api-server/json.ts';
import type { Vm } from '../cloud/vm.ts';
import { VirtualTime } from '../time/virtual-time.ts';
import { ClusterModel } from './cluster-model.ts';
import { pods } from './kinds.ts';

const LABELS: Readonly<Record<string, string>> = { app: 'phi' };

const VM: Vm = {
  id: 'vm-1',
  pool: 'a',
  vmSize: 'Standard_D4s_v5',
  labels: { agentpool: 'a' },
  taints: [],
  gpus: 0,
  providerId: 'azure:///a/0',
  nodeName: 'a-0',
};

/** For tests: a cluster of one VM without GPUs, and virtual time. */
export class SmallWorld {
  readonly schedule = new VirtualTime();
  readonly server = new ApiServer({ now: () => this.schedule.now() });
  readonly cluster: ClusterModel;
  #vms: readonly Vm[] = [VM];
  #tell: () => void = () => undefined;

  constructor() {
    this.cluster = new ClusterModel({
      server: this.server,
      schedule: this.schedule,
      vms: {
        vms: () => this.#vms,
        exists: (providerId) => this.#vms.some((vm) => vm.providerId === providerId),
        onChange: (listener) => {
          this.#tell = listener;
        },
      },
    });
    GarbageCollector.start(this.server, this.schedule);
  }

  setVms(...vms: readonly Partial<Vm>[]): void {
    this.#vms = vms.map((vm) => ({ ...VM, ...vm }));
    this.#tell();
  }

  /** Named phi; its spec selects and labels pods itself. */
  make(type: ResourceType, spec: Fields): KubernetesObject {
    const { group, kind, version } = type;
    const manifest = {
      apiVersion: `${group}/${version}`,
      kind,
      metadata: { name: 'phi', namespace: 'default' },
      spec,
    };
    return this.server.create({ type, manifest, fieldManager: 'test' });
  }

  patch(type: ResourceType, spec: Fields): void {
    const key = { name: 'phi', namespace: 'default' };
    this.server.patch({ type, key, body: { spec }, fieldManager: 'test' });
  }

  all(type: ResourceType): readonly KubernetesObject[] {
    return this.server.list({ type }).items;
  }

  only(type: ResourceType): KubernetesObject {
    const [object, ...others] = this.all(type);
    if (object === undefined || others.length > 0) {
      throw new Error(`${this.all(type).length} ${type.plural}`);
    }
    return object;
  }

  podNames(): readonly string[] {
    return this.all(pods).map(({ metadata }) => metadata.name);
  }
}

/** What every workload says of its pods. */
export function workload(image = 'server:1', pod: Fields = {}): Fields {
  return { selector: { matchLabels: LABELS }, template: template(image, pod) };
}

export function template(image = 'server:1', pod: Fields = {}): Fields {
  return { metadata: { labels: LABELS }, spec: { containers: [{ name: 'server', image }], ...pod } };
}
