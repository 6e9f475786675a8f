import { isApiError, isReconcileError } from '@kaito/controller-runtime';
import type { Manifest } from '@kaito/controller-runtime';
import { FakeClock, FakeKubernetes } from '@kaito/testkit';
import {
  deployments,
  machines,
  nodeClaims,
  nodePools,
  nodes,
  pods,
  services,
  statefulSets,
  Workspace,
  workspaces,
} from '@kaito/types';

import { kubernetesWorld } from '../src/adapters/world.ts';
import type { Settings } from '../src/core/settings.ts';
import { claimIndexes, nodeIndexes, nodePoolIndexes, podIndexes, workspaceIndexes } from '../src/keys.ts';
import { reconcile } from '../src/reconcile.ts';
import { settings as defaults } from './builders.ts';
import { GuardedApi, SimulatedCrash } from './guarded-api.ts';
import type { Crash } from './guarded-api.ts';
import { Players } from './players.ts';
import { View } from './view.ts';

const KEY = 'default/llm';
const signal = new AbortController().signal;

/**
 * One Workspace in an API server in memory, with everybody else who works on it, and the controller's own code down
 * to the port. Nothing happens but what a test asks for.
 */
export class SimulatedCluster {
  readonly clock = new FakeClock('2026-01-01T12:00:00Z');
  readonly api = new FakeKubernetes(this.clock);
  readonly guard = new GuardedApi(this.api);
  readonly players = new Players(this.api);
  readonly events: string[] = [];
  readonly #settings: Settings;
  readonly #views = {
    workspaces: new View(this.api, workspaces, workspaceIndexes),
    machines: new View(this.api, machines, claimIndexes),
    nodeClaims: new View(this.api, nodeClaims, claimIndexes),
    nodePools: new View(this.api, nodePools, nodePoolIndexes),
    statefulSets: new View(this.api, statefulSets),
    nodes: new View(this.api, nodes, nodeIndexes),
    deployments: new View(this.api, deployments),
    services: new View(this.api, services),
    pods: new View(this.api, pods, podIndexes),
  };

  constructor(settings: Settings = defaults) {
    this.#settings = settings;
  }

  async apply(resource: object = {}): Promise<void> {
    const manifest: Manifest = {
      apiVersion: 'kaito.sh/v1beta1',
      kind: 'Workspace',
      metadata: { name: 'llm', namespace: 'default' },
      resource: {
        instanceType: 'Standard_NC6s_v3',
        labelSelector: { matchLabels: { apps: 'phi-3' } },
        ...resource,
      },
      inference: { preset: { name: 'phi-3-mini-4k-instruct' } },
    };
    await this.api.create({ type: workspaces, manifest, fieldManager: 'user' }, signal);
  }

  async deleteWorkspace(): Promise<void> {
    await this.api.delete({ type: workspaces, key: { name: 'llm', namespace: 'default' } }, signal);
  }

  get workspace(): Workspace | undefined {
    const [found] = this.api.objects(workspaces);
    return found === undefined ? undefined : Workspace.parse(found);
  }

  get machineNames(): readonly string[] {
    return this.api.objects(machines).map(({ metadata }) => metadata.name);
  }

  /** What a user sees. */
  get summary(): string {
    const ready = this.workspace?.status?.conditions?.find(({ type }) => type === 'WorkspaceReady');
    const left = [machines, nodes, deployments, services]
      .flatMap((kind) => this.api.objects(kind))
      .filter(({ metadata }) => metadata.name !== 'byo');
    return this.workspace === undefined ? `gone, ${left.length} left` : `${ready?.status} ${ready?.reason}`;
  }

  /** One run of the controller; whether it came to its end. `isLagging`: its watches have delivered nothing. */
  async reconcile({ isLagging = false } = {}): Promise<boolean> {
    if (!isLagging) {
      this.#sync();
    }
    this.guard.isBlind = isLagging;
    try {
      await reconcile(KEY, this.#world(), this.#settings, signal);
      return true;
    } catch (error) {
      if (!(error instanceof SimulatedCrash) && !isApiError(error) && !isReconcileError(error)) {
        throw error;
      }
      this.#sync(); // the queue comes back after a pause, a new process lists first
      return false;
    }
  }

  /** Everybody works in turn until nothing changes any more; the number of rounds is bounded. */
  async settle(rounds = 40): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      const version = this.api.resourceVersion;
      let isDone = true;
      for (const play of this.players.turns) {
        isDone = (await this.reconcile()) && isDone;
        await play();
      }
      if (isDone && this.api.resourceVersion === version) {
        return;
      }
    }
    throw new Error(`not settled after ${rounds} rounds: ${this.summary}`);
  }

  /** As `settle`, up to the crash that was asked for. */
  async untilCrash(rounds = 40): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      for (const play of this.players.turns) {
        if (!(await this.reconcile())) {
          return;
        }
        await play();
      }
    }
    throw new Error('there was no crash');
  }

  crash(at: Crash): void {
    this.guard.crash = at;
  }

  #world() {
    const record = ({ reason, message }: { reason: string; message: string }): void => {
      this.events.push(`${reason}: ${message}`);
    };
    const events = { record, flushed: async () => undefined };
    return kubernetesWorld({
      kubernetes: this.guard,
      caches: this.#views,
      events,
      clock: this.clock,
      provisioning: this.#settings.nodes,
    });
  }

  #sync(): void {
    for (const view of Object.values(this.#views)) {
      view.sync();
    }
  }
}
