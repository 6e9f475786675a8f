import { setTimeout as sleep } from 'node:timers/promises';

import { noMetrics, silentLogger, systemClock } from '@kaito/controller-runtime';
import type { Kubernetes, KubernetesObject, Manifest, ObjectKey, ResourceType } from '@kaito/controller-runtime';
import { kubernetesOverHttp } from '@kaito/kube';
import { startTestCluster } from '@kaito/testkit';
import type { TestCluster } from '@kaito/testkit';
import { workspaces } from '@kaito/types';

import type { NodeClass } from '../../src/core/claims/node-class.ts';
import type { NodeProvisioning } from '../../src/core/claims/node-source.ts';
import { workspaceProgram } from '../../src/program.ts';
import { settings } from '../builders.ts';
import { classDefinition, DEFINITIONS } from './class-definition.ts';
import { workspaceManifest } from './workspace-manifest.ts';

const LIMIT_MS = 60_000;
const fieldManager = 'test';

/** A program under way. */
interface Run {
  /** What it asked to be changed, as `create nodeclaims`. */
  readonly writes: readonly string[];
  /** Why it has ended by itself. */
  readonly problem: string | undefined;
  stop(): Promise<void>;
}

/** The workspace-controller on a real API server, and what its surroundings do. */
export class Wire {
  readonly #cluster: TestCluster;
  readonly #signal = new AbortController().signal;
  readonly #runs: Run[] = [];

  private constructor(cluster: TestCluster) {
    this.#cluster = cluster;
  }

  static async begin(): Promise<Wire> {
    return new Wire(
      await startTestCluster({
        components: ['etcd', 'kube-apiserver'],
        accounts: [{ user: 'workspace-controller', groups: ['system:masters'] }],
      }),
    );
  }

  /** As an administrator reaches it. */
  get kubernetes(): Kubernetes {
    return this.#cluster.kubernetes;
  }

  /** Programs that failed tests have left behind end with it. */
  async end(): Promise<void> {
    await Promise.all(this.#runs.map(async (run) => run.stop()));
    await this.#cluster.stop();
  }

  /** Starts the program; one at a time. */
  run(nodes: NodeProvisioning): Run {
    const stop = new AbortController();
    const writes: string[] = [];
    const kubernetes = kubernetesOverHttp(this.#cluster.access('workspace-controller'), {
      userAgent: 'workspace-controller',
      onRequest: ({ resource, verb }) => {
        if (!['get', 'list', 'watch'].includes(verb)) {
          writes.push(`${verb} ${resource}`);
        }
      },
    });
    const program = workspaceProgram({
      kubernetes,
      clock: systemClock,
      logger: silentLogger,
      metrics: noMetrics,
      random: Math.random,
      settings: { ...settings, nodes },
      identity: 'workspace-controller-0',
      isElected: false,
      systemNamespace: 'default',
      workers: 2,
    });
    let problem: string | undefined;
    const ended = program.run(stop.signal).catch((error: unknown) => {
      problem = String(error);
    });
    const run: Run = {
      writes,
      get problem() {
        return problem;
      },
      stop: async () => {
        stop.abort();
        await ended;
        kubernetes.close();
      },
    };
    this.#runs.push(run);
    return run;
  }

  async installClass(nodeClass: NodeClass): Promise<void> {
    await this.create(DEFINITIONS, classDefinition(nodeClass));
  }

  async apply(name: string): Promise<void> {
    const request = { type: workspaces, manifest: workspaceManifest({ name }), fieldManager };
    await this.kubernetes.create(request, this.#signal);
  }

  /** Returns when it is gone. */
  async remove(name: string): Promise<void> {
    const key = { name, namespace: 'default' };
    await this.kubernetes.delete({ type: workspaces, key }, this.#signal);
    await this.until(
      async () => this.get(workspaces, key),
      (workspace) => workspace === undefined,
    );
  }

  async get(type: ResourceType, key: ObjectKey): Promise<KubernetesObject | undefined> {
    return this.kubernetes.get({ type, key }, this.#signal);
  }

  /** The only one there is, as soon as there is one. */
  async only(type: ResourceType): Promise<KubernetesObject> {
    const all = async (): Promise<readonly KubernetesObject[]> =>
      (await this.kubernetes.list({ type }, this.#signal)).items;
    const [object, ...others] = await this.until(all, ({ length }) => length > 0);
    if (object === undefined || others.length > 0) {
      throw new Error(`${others.length + 1} ${type.plural}`);
    }
    return object;
  }

  async create(type: ResourceType, manifest: Manifest): Promise<void> {
    await this.kubernetes.create({ type, manifest, fieldManager }, this.#signal);
  }

  async patch(type: ResourceType, name: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    await this.kubernetes.patch({ type, key: { name }, body, fieldManager }, this.#signal);
  }

  async patchStatus(type: ResourceType, name: string, status: object): Promise<void> {
    const request = { type, key: { name }, subresource: 'status', body: { status }, fieldManager } as const;
    await this.kubernetes.patch(request, this.#signal);
  }

  /** What it is once it is so. */
  async until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
    const deadlineMs = Date.now() + LIMIT_MS;
    for (;;) {
      const seen = await look();
      if (isSo(seen)) {
        return seen;
      }
      if (Date.now() > deadlineMs) {
        throw new Error(`not within ${LIMIT_MS} ms; last seen: ${JSON.stringify(seen, undefined, 1)}`);
      }
      await sleep(20);
    }
  }
}
