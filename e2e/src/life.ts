import { setTimeout as sleep } from 'node:timers/promises';

import type { Kubernetes } from '@kaito/controller-runtime';
import { labels, machines, nodes, workspaces } from '@kaito/types';

import type { SimulatorClient } from './simulator-client.ts';

const POLL_MS = 25;

/** What the Workspace asks for. */
export interface Wish {
  readonly namespace: string;
  readonly count: number;
  readonly instanceType: string;
  readonly preset: string;
}

const SMALLEST: Wish = {
  namespace: 'default',
  count: 1,
  instanceType: 'Standard_NC6s_v3',
  preset: 'phi-3-mini-4k-instruct',
};

/** The whole life of one Workspace, as a user and an accountant see it. */
export class Life {
  readonly name: string;
  readonly #kubernetes: Kubernetes;
  readonly #simulator: SimulatorClient;
  readonly #wish: Wish;

  constructor(name: string, kubernetes: Kubernetes, simulator: SimulatorClient, wish: Partial<Wish> = {}) {
    this.name = name;
    this.#wish = { ...SMALLEST, ...wish };
    this.#kubernetes = kubernetes;
    this.#simulator = simulator;
  }

  async create(signal: AbortSignal): Promise<void> {
    const { namespace, count, instanceType, preset } = this.#wish;
    const manifest = {
      apiVersion: 'kaito.sh/v1beta1',
      kind: 'Workspace',
      metadata: { name: this.name, namespace },
      resource: { count, instanceType, labelSelector: { matchLabels: { apps: this.name } } },
      inference: { preset: { name: preset } },
    };
    await this.#kubernetes.create({ type: workspaces, manifest, fieldManager: 'kaito-e2e' }, signal);
  }

  async delete(signal: AbortSignal): Promise<void> {
    await this.#kubernetes.delete({ type: workspaces, key: this.#key }, signal);
  }

  async ready(signal: AbortSignal): Promise<void> {
    await until(async () => (await this.readyStatus(signal)) === 'True', signal);
  }

  async readyStatus(signal: AbortSignal): Promise<string | undefined> {
    const object = await this.#kubernetes.get({ type: workspaces, key: this.#key }, signal);
    const workspace = workspaces.schema.safeParse(object).data;
    return workspace?.status?.conditions?.find(({ type }) => type === 'WorkspaceReady')?.status;
  }

  /** Returns once nothing of it is left in the cluster or the cloud. */
  async gone(signal: AbortSignal): Promise<void> {
    await until(async () => (await this.leftovers(signal)).length === 0, signal);
  }

  /** Everything that still exists because of this Workspace. */
  async leftovers(signal: AbortSignal): Promise<readonly string[]> {
    const labelSelector = `${labels.workspace}=${this.name}`;
    const workspace = await this.#kubernetes.get({ type: workspaces, key: this.#key }, signal);
    const { items: claims } = await this.#kubernetes.list({ type: machines, labelSelector }, signal);
    const { items: machineNodes } = await this.#kubernetes.list({ type: nodes, labelSelector }, signal);
    const pools = await this.#simulator.poolsOf(this.name, signal);
    return [
      ...(workspace === undefined ? [] : ['Workspace']),
      ...claims.map(({ metadata }) => `Machine ${metadata.name}`),
      ...machineNodes.map(({ metadata }) => `Node ${metadata.name}`),
      ...pools.map((pool) => `pool ${pool}`),
    ];
  }

  get #key() {
    return { name: this.name, namespace: this.#wish.namespace };
  }
}

/** Looks again and again until it holds. */
export async function until(holds: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!(await holds())) {
    await sleep(POLL_MS, undefined, { signal });
  }
}
