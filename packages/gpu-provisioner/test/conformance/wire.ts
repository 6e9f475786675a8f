import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { KubernetesObject } from '@kaito/controller-runtime';
import { freePort, startArmSimulator } from '@kaito/local-cloud';
import { controlSimulator, SimulatedKubelets, startTestCluster } from '@kaito/testkit';
import type { SimulatorControl, TestCluster } from '@kaito/testkit';
import * as z from 'zod';

import { programEnvironment } from '../program-environment.ts';
import { ProvisionerProcess } from '../provisioner-process.ts';
import { CLAIM_APIS, claimManifest, claimType } from './claims.ts';
import type { ClaimApi, ClaimParts } from './claims.ts';

const TIME_SCALE = 0.02;
const LIMIT_MS = 60_000;
const fieldManager = 'test';

/** A PUT of an agent pool, as it came over the wire. */
const PoolPut = z.object({
  properties: z.looseObject({
    vmSize: z.string(),
    osDiskSizeGB: z.int(),
    nodeLabels: z.record(z.string(), z.string()),
    nodeTaints: z.array(z.string()),
  }),
});
export type PoolPut = z.infer<typeof PoolPut>['properties'];

/** The program itself between a real API server and the ARM simulator. */
export class Wire {
  readonly cluster: TestCluster;
  readonly control: SimulatorControl;
  /** Every version of every claim, in the order in which they were written. */
  readonly versions: KubernetesObject[] = [];
  readonly #ends: (() => Promise<unknown>)[];
  readonly #signal: AbortSignal;
  readonly #log: string;

  private constructor(parts: {
    readonly cluster: TestCluster;
    readonly control: SimulatorControl;
    readonly ends: (() => Promise<unknown>)[];
    readonly signal: AbortSignal;
    readonly log: string;
  }) {
    this.cluster = parts.cluster;
    this.control = parts.control;
    this.#ends = parts.ends;
    this.#signal = parts.signal;
    this.#log = parts.log;
  }

  static async begin(): Promise<Wire> {
    const directory = await mkdtemp(path.join(tmpdir(), 'kaito-wire-'));
    const stop = new AbortController();
    const { signal } = stop;
    const cluster = await startTestCluster({
      components: ['etcd', 'kube-apiserver', 'kube-controller-manager'],
      accounts: [{ user: 'gpu-provisioner', groups: ['system:masters'] }],
    });
    const simulator = await startArmSimulator({ scale: TIME_SCALE });
    const control = controlSimulator(simulator);
    const kubelets = new SimulatedKubelets(cluster.kubernetes, control).run(signal).catch(() => undefined);
    const log = path.join(directory, 'provisioner.log');
    const address = `127.0.0.1:${await freePort()}`;
    const environment = {
      ...(await programEnvironment(directory, { cluster, simulator })),
      HEALTH_PROBE_BIND_ADDRESS: address,
      METRICS_BIND_ADDRESS: address,
      TIME_SCALE: String(TIME_SCALE),
      LEADER_ELECT: 'false',
    };
    const program = new ProvisionerProcess(environment, log);
    const wire = new Wire({
      cluster,
      control,
      signal,
      log,
      ends: [
        async () => program.stop(),
        async () => {
          stop.abort();
          await kubelets;
        },
        async () => simulator.close(),
        async () => cluster.stop(),
        async () => rm(directory, { recursive: true }),
      ],
    });
    await Promise.all(CLAIM_APIS.map(async (api) => wire.#watch(api)));
    program.start();
    return wire;
  }

  async end(): Promise<void> {
    for (const end of this.#ends) {
      await end();
    }
  }

  async create(api: ClaimApi, name: string, parts: ClaimParts = {}): Promise<void> {
    const manifest = claimManifest(api, name, parts);
    await this.cluster.kubernetes.create({ type: claimType(api), manifest, fieldManager }, this.#signal);
  }

  async remove(api: ClaimApi, name: string): Promise<void> {
    await this.cluster.kubernetes.delete({ type: claimType(api), key: { name } }, this.#signal);
    await this.until(async () => (await this.claim(api, name)) === undefined);
  }

  async claim(api: ClaimApi, name: string): Promise<KubernetesObject | undefined> {
    return this.cluster.kubernetes.get({ type: claimType(api), key: { name } }, this.#signal);
  }

  async isReady(api: ClaimApi, name: string): Promise<boolean> {
    const claim = await this.claim(api, name);
    return claim !== undefined && conditionOf(claim, 'Ready')?.status === 'True';
  }

  /** What the condition about the launch said, in the order in which it was written. */
  launchMessages(api: ClaimApi, name: string): readonly string[] {
    const told = this.versions
      .filter(({ metadata }) => metadata.name === name)
      .map((version) => conditionOf(version, api === 'Machine' ? 'MachineLaunched' : 'Launched')?.message ?? '');
    return told.filter((message, at) => message !== told[at - 1]);
  }

  async events(name: string): Promise<readonly { readonly reason: string; readonly note: string }[]> {
    const type = { group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event', isNamespaced: true };
    const { items } = await this.cluster.kubernetes.list({ type }, this.#signal);
    return items.map((item) => Told.parse(item)).filter(({ regarding }) => regarding.name === name);
  }

  /** Every PUT of the pool, in order, whatever the answer was. */
  async puts(pool: string): Promise<readonly PoolPut[]> {
    const requests = await this.control.requests();
    return requests
      .filter(({ method, path: where }) => method === 'PUT' && where.endsWith(`/agentPools/${pool}`))
      .map(({ body }) => PoolPut.parse(body).properties);
  }

  async until(isSo: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + LIMIT_MS; !(await isSo()); await sleep(20)) {
      if (Date.now() > deadline) {
        const last = JSON.stringify(this.versions.at(-1), undefined, 1);
        const log = await readFile(this.#log, 'utf8');
        throw new Error(`not within ${LIMIT_MS} ms; the last claim:\n${last}\n${log.slice(-4_000)}`);
      }
    }
  }

  async #watch(api: ClaimApi): Promise<void> {
    const type = claimType(api);
    const { resourceVersion } = await this.cluster.kubernetes.list({ type }, this.#signal);
    const keep = async (): Promise<void> => {
      for await (const event of this.cluster.kubernetes.watch(
        { type, resourceVersion, timeoutSeconds: 3_600 },
        this.#signal,
      )) {
        if (event.type !== 'BOOKMARK') {
          this.versions.push(event.object);
        }
      }
    };
    keep().catch(() => undefined); // it ends with the test
  }
}

const Condition = z.object({ type: z.string(), status: z.string(), message: z.string().default('') });
const WithConditions = z.object({ status: z.object({ conditions: z.array(Condition).default([]) }).prefault({}) });

const Told = z.object({
  reason: z.string(),
  note: z.string().default(''),
  regarding: z.object({ name: z.string().default('') }).prefault({}),
});

function conditionOf(claim: KubernetesObject, type: string): z.infer<typeof Condition> | undefined {
  return WithConditions.parse(claim).status.conditions.find((condition) => condition.type === type);
}
