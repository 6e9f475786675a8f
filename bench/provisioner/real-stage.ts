import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { informer, silentLogger, systemClock } from '@kaito/controller-runtime';
import type { Kubernetes, WatchedKind } from '@kaito/controller-runtime';
import { AZURE, freePort, startArmSimulator } from '@kaito/local-cloud';
import type { ArmSimulator, SettingsPatch } from '@kaito/local-cloud';
import { controlSimulator, SimulatedKubelets } from '@kaito/testkit';
import type { LoggedRequest, SimulatorControl } from '@kaito/testkit';
import { labels, machines, nodes, ObjectMeta } from '@kaito/types';
import * as z from 'zod';

import { claimManifest } from './claims.ts';
import { MomentBook } from './moment-book.ts';
import { ProvisionerProcess } from './provisioner-process.ts';
import type { CloudCall, CloudSettings, Moments, Stage, Usage } from './stage.ts';

const LOOK_MS = 20;
/** How exactly it is known when a pool came and went. */
const POOLS_MS = 100;
const KUBELETS_MS = 100;
const READY_SECONDS = 30;
const fieldManager = 'bench';

const Event = z.looseObject({ metadata: ObjectMeta });
const events: WatchedKind<z.infer<typeof Event>> = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  isNamespaced: true,
  schema: Event,
};

export interface RealStageOptions {
  readonly kubernetes: Kubernetes;
  /** Holds a kubeconfig; its other files go there. */
  readonly directory: string;
  readonly bundle: string;
  readonly settings: CloudSettings;
}

/** The bundled program between a real API server and the ARM simulator; the Nodes are played. */
export class RealStage implements Stage {
  readonly #kubernetes: Kubernetes;
  readonly #simulator: ArmSimulator;
  readonly #control: SimulatorControl;
  readonly #process: ProvisionerProcess;
  readonly #book = new MomentBook(() => this.nowMs);
  readonly #stop = new AbortController();
  readonly #startedMs = performance.now();
  #works: Promise<unknown> = Promise.resolve();

  static async begin(options: RealStageOptions): Promise<RealStage> {
    const { bundle, directory, settings } = options;
    const simulator = await startArmSimulator({ cluster: AZURE, settings: simulated(settings) });
    const environment = await environmentOf(directory, simulator);
    const logFile = path.join(directory, 'gpu-provisioner.log');
    const process = new ProvisionerProcess({ bundle, environment, logFile });
    const stage = new RealStage(options, simulator, process);
    try {
      await stage.#begin(environment['HEALTH_PROBE_BIND_ADDRESS'] ?? '');
      return stage;
    } catch (error) {
      await stage.stop();
      throw error;
    }
  }

  private constructor({ kubernetes }: RealStageOptions, simulator: ArmSimulator, process: ProvisionerProcess) {
    this.#kubernetes = kubernetes;
    this.#simulator = simulator;
    this.#control = controlSimulator(simulator);
    this.#process = process;
  }

  get nowMs(): number {
    return performance.now() - this.#startedMs;
  }

  async createClaim(name: string): Promise<void> {
    const manifest = claimManifest(name);
    await this.#kubernetes.create({ type: machines, manifest, fieldManager }, this.#stop.signal);
  }

  async deleteClaim(name: string): Promise<void> {
    await this.#kubernetes.delete({ type: machines, key: { name } }, this.#stop.signal);
  }

  of(name: string): Moments {
    return this.#book.of(name);
  }

  async until(what: string, isSo: () => boolean, limitSeconds: number): Promise<void> {
    for (const endMs = this.nowMs + limitSeconds * 1000; !isSo(); await sleep(LOOK_MS)) {
      if (this.nowMs > endMs) {
        throw new Error(`not ${what} within ${limitSeconds} s`);
      }
    }
  }

  async pause(seconds: number): Promise<void> {
    await sleep(seconds * 1000);
  }

  async kill(): Promise<void> {
    await this.#process.kill();
  }

  async start(): Promise<void> {
    this.#process.start();
  }

  async calls(): Promise<readonly CloudCall[]> {
    return (await this.#control.requests()).map(callOf);
  }

  async usage(): Promise<Usage> {
    return this.#process.usage();
  }

  async stop(): Promise<void> {
    await this.#process.stop();
    this.#stop.abort();
    await this.#works.catch(() => undefined);
    await this.#simulator.close();
  }

  async #begin(health: string): Promise<void> {
    const { signal } = this.#stop;
    this.#works = Promise.allSettled([
      this.#watch(signal),
      new SimulatedKubelets(this.#kubernetes, this.#control, KUBELETS_MS).run(signal),
      this.#watchPools(signal),
    ]);
    this.#process.start();
    await this.#until(health, READY_SECONDS);
  }

  /** Waits for the program to say that it is ready. */
  async #until(health: string, limitSeconds: number): Promise<void> {
    for (const endMs = this.nowMs + limitSeconds * 1000; !(await isReady(health)); await sleep(POOLS_MS)) {
      if (this.nowMs > endMs) {
        throw new Error(`the provisioner is not ready within ${limitSeconds} s`);
      }
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const options = { kubernetes: this.#kubernetes, clock: systemClock, logger: silentLogger, random: Math.random };
    const claims = informer({ ...options, kind: machines });
    const hosts = informer({ ...options, kind: nodes });
    const told = informer({ ...options, kind: events });
    claims.onChange(({ after, before }) => {
      this.#book.takeClaim((after ?? before)?.metadata.name ?? '', after);
    });
    hosts.onChange(({ after }) => {
      if (after !== undefined) {
        this.#book.takeNode(after.metadata.labels?.[labels.agentPool], after);
      }
    });
    const since = Date.now();
    told.onChange(({ after }) => {
      if (after !== undefined && Date.parse(after.metadata.creationTimestamp) >= since - 1000) {
        this.#book.takeEvent(after);
      }
    });
    await Promise.all([claims.run(signal), hosts.run(signal), told.run(signal)]);
  }

  async #watchPools(signal: AbortSignal): Promise<void> {
    let known: readonly string[] = [];
    while (!signal.aborted) {
      const askedMs = this.nowMs;
      const names = await this.#control.poolNames();
      known
        .filter((name) => !names.includes(name))
        .forEach((name) => {
          this.#book.note(name, 'poolGone');
        });
      names.forEach((name) => {
        this.#book.note(name, 'poolMade');
        this.#book.notePoolSeen(name, askedMs);
      });
      known = names;
      await sleep(POOLS_MS);
    }
  }
}

function simulated({
  concurrency,
  deletionSeconds,
  nodeSeconds,
  poolSeconds,
  quotas,
  readySeconds,
}: CloudSettings): SettingsPatch {
  return {
    scale: 1,
    acceptSeconds: 0,
    vmAllocateSeconds: nodeSeconds / 2,
    vmBootSeconds: nodeSeconds,
    nodeReadySeconds: readySeconds - nodeSeconds,
    poolSucceededAfterReadySeconds: poolSeconds - readySeconds,
    deleteSeconds: deletionSeconds,
    concurrency,
    quotas,
  };
}

async function environmentOf(directory: string, simulator: ArmSimulator): Promise<Readonly<Record<string, string>>> {
  const file = (name: string): string => path.join(directory, name);
  await writeFile(file('token'), 'header.payload.signature');
  await writeFile(file('ca.crt'), simulator.caPem);
  return {
    KUBECONFIG: file('kubeconfig'),
    HEALTH_PROBE_BIND_ADDRESS: `127.0.0.1:${await freePort()}`,
    METRICS_BIND_ADDRESS: `127.0.0.1:${await freePort()}`,
    ARM_SUBSCRIPTION_ID: AZURE.subscriptionId,
    ARM_RESOURCE_GROUP: AZURE.resourceGroup,
    AZURE_CLUSTER_NAME: AZURE.clusterName,
    LOCATION: AZURE.location,
    AZURE_TENANT_ID: AZURE.tenantId,
    AZURE_CLIENT_ID: AZURE.clientId,
    AZURE_FEDERATED_TOKEN_FILE: file('token'),
    AZURE_AUTHORITY_HOST: simulator.endpoint,
    ARM_ENDPOINT: simulator.endpoint,
    NODE_EXTRA_CA_CERTS: file('ca.crt'),
  };
}

function callOf({ method, path: called }: LoggedRequest): CloudCall {
  const isList = method === 'GET' && /\/agentpools\/?$/iu.test(called);
  const verb = z.enum(['PUT', 'DELETE', 'GET', 'POST']).parse(method);
  return { verb: isList ? 'LIST' : verb, isCompute: !/Microsoft\.ContainerService/iu.test(called) };
}

async function isReady(health: string): Promise<boolean> {
  const { get } = await import('node:http');
  return new Promise((resolve) => {
    get(`http://${health}/readyz`, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).once('error', () => {
      resolve(false);
    });
  });
}
