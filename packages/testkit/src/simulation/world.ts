import { noMetrics, silentLogger } from '@kaito/controller-runtime';
import type { Manifest, Metrics, ResourceType } from '@kaito/controller-runtime';
import { provisionerProgram } from '@kaito/gpu-provisioner';
import type { ProvisionerSettings } from '@kaito/gpu-provisioner';
import { workspaceProgram } from '@kaito/workspace-controller';
import type { WorkspaceSettings } from '@kaito/workspace-controller';

import { ApiServer } from '../api-server/api-server.ts';
import { GarbageCollector } from '../api-server/garbage-collector.ts';
import type { CloudBehaviour } from '../cloud/behaviour.ts';
import { Cloud } from '../cloud/cloud.ts';
import type { VmSource } from '../cloud/vm.ts';
import type { ClusterBehaviour } from '../cluster/behaviour.ts';
import { ClusterModel } from '../cluster/cluster-model.ts';
import { JointVms } from '../karpenter/joint-vms.ts';
import { Karpenter } from '../karpenter/karpenter.ts';
import type { KarpenterBehaviour } from '../karpenter/karpenter-behaviour.ts';
import { provisionerSettings, TIME_SCALE, workspaceSettings } from './controller-settings.ts';
import { scaledCloud, scaledCluster } from './pace.ts';
import { ROLES } from './effect.ts';
import type { Call, Effect, Role } from './effect.ts';
import type { Fault, FaultKind } from './fault.ts';
import { Gate } from './gate.ts';
import type { Witness } from './gate.ts';
import { seededRandom } from './random.ts';
import { replicaCloud } from './replica-cloud.ts';
import { replicaCompute } from './replica-compute.ts';
import { replicaKubernetes } from './replica-kubernetes.ts';
import { Replica } from './replica.ts';
import { VirtualTime } from '../time/virtual-time.ts';
import { WatchHub } from './watch-hub.ts';

const START = new Date('2026-01-01T00:00:00Z');
const SYSTEM_NAMESPACE = 'kaito-system';

/** From the end of a process to the start of its successor. */
const RESTART_MS = 500;
/** Longer than a lease: another replica leads by then. */
export const STALL_MS = 20_000;
const WORKERS = 4;
const LAUNCH_MS = 10_000;

export interface WorldOptions {
  readonly seed: number;
  readonly faults: readonly Fault[];
  readonly cloud?: Partial<CloudBehaviour> | undefined;
  readonly cluster?: Partial<ClusterBehaviour> | undefined;
  /** Factor on all spans of cloud, cluster and controllers; absent: so short that searches are quick. */
  readonly timeScale?: number | undefined;
  readonly provisioner?: Partial<ProvisionerSettings> | undefined;
  readonly workspace?: Partial<WorkspaceSettings> | undefined;
  /** Whose VMs the cluster has; absent: the cloud's. */
  readonly vms?: VmSource | undefined;
  /** Absent: there is no Karpenter. */
  readonly karpenter?: Partial<KarpenterBehaviour> | undefined;
  readonly witness: Witness;
  /** Where controllers write their figures; absent: nowhere. */
  readonly metrics?: Metrics | undefined;
  /** What goes wrong besides, asked before each request. */
  readonly fault?: ((effect: Effect) => FaultKind | undefined) | undefined;
  /** Whether a renewal, or what else is not counted, does not get through. */
  readonly isCutOff?: ((call: Call, replica: Replica) => boolean) | undefined;
}

/** Cluster, cloud and both controllers, in one thread and in time that jumps; the same options give the same story. */
export class World {
  readonly time = new VirtualTime(START);
  readonly server: ApiServer;
  readonly cloud: Cloud;
  readonly cluster: ClusterModel;
  /** Why a controller ended by itself, which none ever should. */
  readonly ends: unknown[] = [];
  readonly #hub: WatchHub;
  readonly #gate: Gate;
  readonly #random: () => number;
  readonly #replicas = new Set<Replica>();
  #isStarting = false;
  readonly #everStarted: Replica[] = [];
  readonly #metrics: Metrics;
  readonly #provisionerSettings: ProvisionerSettings;
  readonly #workspaceSettings: WorkspaceSettings;
  #actor: Replica | undefined;

  constructor(options: WorldOptions) {
    const { seed, faults, fault, isCutOff, cloud, cluster, provisioner, timeScale = TIME_SCALE, witness } = options;
    this.#metrics = options.metrics ?? noMetrics;
    this.#provisionerSettings = { ...provisionerSettings(timeScale), ...provisioner };
    this.#workspaceSettings = { ...workspaceSettings(timeScale), ...options.workspace };
    this.#random = seededRandom(seed);
    this.server = new ApiServer({ now: () => this.time.now() });
    this.cloud = new Cloud({ schedule: this.time, behaviour: { ...scaledCloud(timeScale), ...cloud } });
    this.#hub = new WatchHub(this.server);
    this.#createSystemNamespace();
    this.#gate = new Gate({
      schedule: this.time,
      faults,
      fault,
      isCutOff,
      witness,
      crash: (replica) => {
        this.crash(replica);
      },
      overtake: (replica, goOn) => {
        this.#overtake(replica, goOn);
      },
      asActor: (replica, act) => this.#as(replica, act),
    });
    GarbageCollector.start(this.server, this.time);
    const karpenterVms = this.#startKarpenter(options.karpenter, timeScale);
    this.cluster = new ClusterModel({
      server: this.server,
      schedule: this.time,
      behaviour: { ...scaledCluster(timeScale), ...cluster },
      vms: new JointVms(options.vms ?? this.cloud, ...karpenterVms),
    });
  }

  /** Whose change it is that the world is told of; undefined: not a controller's. */
  get actor(): Replica | undefined {
    return this.#actor;
  }

  get replicas(): ReadonlySet<Replica> {
    return this.#replicas;
  }

  /** Whether some process stands still, or is kept from the newest state. */
  get isDisturbed(): boolean {
    return [...this.#replicas].some(({ feed, scope }) => feed.isLate || scope.life === 'stalled');
  }

  /** How many effects there were so far. */
  get effectCount(): number {
    return this.#gate.count;
  }

  startControllers(roles: readonly Role[] = ROLES): void {
    for (const role of roles) {
      this.startReplica(role);
    }
  }

  /** One more process of this controller; with the ordinal of one that is gone, it takes its place. */
  startReplica(role: Role, ordinal = 0): void {
    this.#start(role, ordinal);
  }

  /** The machine of the process stands still for so long. */
  stall(replica: Replica, ms: number): void {
    replica.scope.stall(ms, () => undefined);
  }

  /** A second replica, whose caches hear nothing for so long after they were filled. */
  startLateStandby(role: Role, lateMs: number): void {
    this.#start(role, 1);
    for (const { feed, identity } of this.#replicas) {
      if (identity === `${role}-1`) {
        feed.lagBehind(Number.POSITIVE_INFINITY, lateMs);
      }
    }
  }

  /** The process ends at once, and nobody starts another. */
  kill(replica: Replica): void {
    replica.scope.die();
    this.#hub.forget(replica.scope);
    this.#replicas.delete(replica);
  }

  /** The process ends at once; another one starts soon. */
  crash(replica: Replica): void {
    this.kill(replica);
    this.time.after(RESTART_MS, () => {
      this.#launch(new Replica(replica.role, replica.identity, this.time));
    });
  }

  /** Nothing happens any more; what has been waited for is let go, or it would stay in memory. */
  end(): void {
    for (const { scope, stopping } of this.#everStarted) {
      scope.die();
      stopping.abort();
    }
  }

  /** Lets the next thing happen, and whatever follows from it at once; false when nothing is due until then. */
  async step(limitMs: number): Promise<boolean> {
    if (this.#isStarting) {
      // A process that has just been started may come to want something without time passing.
      this.#isStarting = false;
      await settled();
    }
    const act = this.time.next(limitMs);
    if (act === undefined) {
      return false;
    }
    act();
    await settled();
    return true;
  }

  #overtake(replica: Replica, goOn: () => void): void {
    replica.scope.stall(STALL_MS, goOn);
    this.#start(replica.role, this.#everStarted.length);
  }

  #start(role: Role, ordinal: number): void {
    this.#launch(new Replica(role, `${role}-${ordinal}`, this.time));
  }

  #launch(replica: Replica): void {
    this.#isStarting = true;
    this.#replicas.add(replica);
    this.#everStarted.push(replica);
    const { role, identity, scope, stopping } = replica;
    const common = {
      kubernetes: replicaKubernetes({ server: this.server, hub: this.#hub, gate: this.#gate }, replica),
      clock: scope.clock,
      logger: silentLogger,
      metrics: this.#metrics,
      random: this.#random,
      identity,
      isElected: true,
      systemNamespace: SYSTEM_NAMESPACE,
      workers: WORKERS,
    };
    const program =
      role === 'workspace-controller'
        ? workspaceProgram({ ...common, settings: this.#workspaceSettings })
        : provisionerProgram({
            ...common,
            settings: this.#provisionerSettings,
            cloud: replicaCloud(this.cloud, this.#gate, replica),
            compute: replicaCompute(this.cloud, this.#gate, replica),
          });
    program.run(stopping.signal).catch((error: unknown) => {
      this.ends.push(error);
    });
  }

  #as<T>(replica: Replica, act: () => T): T {
    this.#actor = replica;
    try {
      return act();
    } finally {
      this.#actor = undefined;
    }
  }

  #startKarpenter(behaviour: WorldOptions['karpenter'], timeScale: number): readonly VmSource[] {
    return behaviour === undefined
      ? []
      : [
          new Karpenter(this.server, this.time, { launchMs: LAUNCH_MS * timeScale, hasCapacity: true, ...behaviour })
            .vms,
        ];
  }

  #createSystemNamespace(): void {
    const manifest: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SYSTEM_NAMESPACE } };
    this.server.create({ type: namespaces, manifest, fieldManager: 'simulation' });
  }
}

const namespaces: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  isNamespaced: false,
};

/** Everything has run that needs no time to pass. */
async function settled(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
