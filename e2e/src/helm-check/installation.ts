import { labels, machines } from '@kaito/types';
import * as z from 'zod';

import { AUTHORITY, provisionerValues, workspaceValues } from './chart-values.ts';
import type { PublishedCharts } from './charts-as-files.ts';
import { ReleaseView } from './cluster-view.ts';
import { expectThat } from './expectation.ts';
import { PROVISIONER, RELEASES, WORKSPACE } from './releases.ts';
import type { Release } from './releases.ts';
import { until } from './until.ts';
import type { HelmWorld } from './world.ts';

const WAIT = ['--wait', '--timeout', '120s'] as const;

/** The two releases of one cluster: installs, changes and removes them with helm, and looks at what is there. */
export class Installation {
  readonly world: HelmWorld;
  readonly #charts: PublishedCharts;
  /** Since when the controllers have had the rights that their charts give them. */
  #installedAt = new Date();

  constructor(world: HelmWorld, charts: PublishedCharts) {
    this.world = world;
    this.#charts = charts;
  }

  view(release: Release): ReleaseView {
    return new ReleaseView(this.world.cluster.kubernetes, release);
  }

  /** With the restricted Pod Security Standard enforced; existing ones stay as they are. */
  async makeNamespaces(signal: AbortSignal): Promise<string> {
    const namespaces = RELEASES.map(({ namespace }) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    }));
    const authority = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: AUTHORITY.configMap, namespace: PROVISIONER.namespace },
      data: { [AUTHORITY.key]: this.world.cluster.controlPlane.caPem },
    };
    await this.apply('namespaces.json', [...namespaces, authority], signal);
    return RELEASES.map(({ namespace }) => namespace).join(', ');
  }

  async apply(file: string, items: readonly unknown[], signal: AbortSignal): Promise<void> {
    const list = { apiVersion: 'v1', kind: 'List', items };
    await this.world.kubectl(['apply', '-f', await this.world.file(file, list)], signal);
  }

  async install(release: Release, args: readonly string[], signal: AbortSignal): Promise<string> {
    if (release === PROVISIONER) {
      this.#installedAt = new Date();
    }
    const { stdout, stderr } = await this.#withChart('install', release, [...WAIT, ...args], signal);
    expectThat(/^STATUS: deployed$/mu.test(stdout), `not deployed: ${stdout}`);
    expectThat(!/warning/iu.test(stderr), `there were warnings: ${stderr}`);
    return this.describe(release, signal);
  }

  /** Notes and controller have to name what they need; afterwards the release is gone again. */
  async installUnset(signal: AbortSignal): Promise<string> {
    const { name, namespace, deployment } = PROVISIONER;
    const { helm, kubectl } = this.world;
    const from = [this.#charts.reference(name), '--version', this.#charts.version, '--plain-http'];
    const { stdout: notes } = await helm(['install', name, ...from, '-n', namespace], signal);
    const look = async (): Promise<string | undefined> => {
      const log = await kubectl(['logs', `deployment/${deployment}`, '-n', namespace], signal).catch(() => '');
      return log.split('\n').find((line) => line.includes('AZURE_CLUSTER_NAME'));
    };
    const line = await until('the controller to name what it needs', look, signal);
    expectThat(notes.includes('--set settings.azure.clusterName='), `the notes do not say it: ${notes}`);
    await this.uninstall(PROVISIONER, signal);
    return line;
  }

  async upgrade(release: Release, args: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#withChart('upgrade', release, [...WAIT, ...args], signal);
  }

  /** `install` or `upgrade` from the registry, with what this cluster needs set. */
  async #withChart(command: 'install' | 'upgrade', release: Release, args: readonly string[], signal: AbortSignal) {
    const { name, namespace } = release;
    const { cluster, helm } = this.world;
    const values = release === WORKSPACE ? workspaceValues(cluster) : provisionerValues(cluster);
    const file = await this.world.file(`values-${name}.json`, values);
    const from = [this.#charts.reference(name), '--version', this.#charts.version, '--plain-http'];
    const given = ['-n', namespace, '-f', file];
    return helm([command, name, ...from, ...given, ...args], signal);
  }

  async rollback(release: Release, revision: number, signal: AbortSignal): Promise<string> {
    const { name, namespace } = release;
    await this.world.helm(['rollback', name, String(revision), '-n', namespace, ...WAIT], signal);
    const { stdout } = await this.world.helm(['history', name, '-n', namespace, '-o', 'json'], signal);
    const last = History.parse(JSON.parse(stdout)).at(-1);
    expectThat(last?.status === 'deployed', `the last revision is ${last?.status ?? 'missing'}`);
    return `revision ${last.revision}: ${last.description}`;
  }

  /** Returns once its pods are gone as well. */
  async uninstall(release: Release, signal: AbortSignal): Promise<string> {
    const { name, namespace } = release;
    const { stdout } = await this.world.helm(['uninstall', name, '-n', namespace, ...WAIT], signal);
    const view = this.view(release);
    const gone = async (): Promise<true | undefined> => ((await view.hasPods(signal)) ? undefined : true);
    await until(`the pods of ${name} to end`, gone, signal);
    const kept = [...stdout.matchAll(/^\[(\w+)\] (\S+)/gmu)].map(([, kind = '', object = '']) => `${kind} ${object}`);
    return kept.length === 0 ? 'nothing kept' : `kept: ${kept.join(', ')}`;
  }

  async describe(release: Release, signal: AbortSignal): Promise<string> {
    const found = await this.view(release).deployment(signal);
    expectThat(found?.readyReplicas === found?.replicas, `${found?.readyReplicas ?? 0} controllers are ready`);
    return `${found?.readyReplicas ?? 0} ready, as ${release.account}`;
  }

  /** Fails with every request that the API server refused to the controllers since they were installed. */
  async withoutRefusals(signal: AbortSignal): Promise<string> {
    const { audit } = this.world;
    const refusals = await audit.refusals(
      RELEASES.map(({ account }) => account),
      this.#installedAt,
    );
    expectThat(refusals.length === 0, `the API server refused:\n${refusals.join('\n')}`);
    const counts = await Promise.all(
      RELEASES.map(async ({ account, name }) => `${name} ${await audit.requests(account, this.#installedAt)}`),
    );
    signal.throwIfAborted();
    return `requests: ${counts.join(', ')}`;
  }

  /** The Machine of the Workspace: the same uid means the same Machine, and the same bill. */
  async machine(workspace: string, signal: AbortSignal) {
    const selection = { type: machines, labelSelector: `${labels.workspace}=${workspace}` };
    const { items } = await this.world.cluster.kubernetes.list(selection, signal);
    const [machine] = items;
    expectThat(machine !== undefined && items.length === 1, `there are ${items.length} Machines`);
    return { name: machine.metadata.name, uid: machine.metadata.uid };
  }

  /** How often an agent pool was asked for. */
  async puts(signal: AbortSignal): Promise<number> {
    return (await this.world.simulator.requests(signal)).filter(({ method }) => method === 'PUT').length;
  }
}

const History = z.array(z.object({ revision: z.int(), status: z.string(), description: z.string() }));
