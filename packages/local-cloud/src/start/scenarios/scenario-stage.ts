import { setTimeout as sleep } from 'node:timers/promises';

import { labels } from '@kaito/types';

import { logHeader } from '../../cloud-command/log-table.ts';
import type { LogEntry } from '../../cloud-command/log-table.ts';
import { LocalCloudError } from '../../local-cloud-error.ts';
import type { Answer } from '../ask.ts';
import type { ClusterView } from '../cluster-view.ts';
import type { Facts } from '../facts.ts';
import type { Kubectl } from '../kubectl-run.ts';
import type { AppliedWorkspace, WorkspaceName } from '../manifests.ts';
import type { Progress } from '../progress.ts';
import type { BroughtNode } from '../provisioners/brought-nodes.ts';
import type { Provisioner } from '../provisioners/provisioner.ts';
import type { CloudControl } from './cloud-control.ts';
import { shownRequests } from './shown-requests.ts';
import { grouped, nextStep, toldConditions } from './told.ts';
import type { ToldCondition } from './told.ts';
import { toldEvents } from './told-events.ts';
import type { ToldEvent } from './told-events.ts';

const LOOK_MS = 100;
const LIMIT_SECONDS = 240;

export interface StageParts {
  readonly cloud: CloudControl;
  readonly kubectl: Kubectl;
  readonly progress: Progress;
  readonly view: ClusterView;
  /** Those of the manifests, in their order. */
  readonly workspaces: readonly AppliedWorkspace[];
  readonly manifests: readonly string[];
  readonly provisioner: Provisioner;
  /** Asks the model of a Workspace at its Service. */
  readonly ask: (workspace: WorkspaceName, signal: AbortSignal) => Promise<Answer>;
  /** Puts a Node there that nobody bought. */
  readonly bring: (nodes: readonly BroughtNode[], signal: AbortSignal) => Promise<void>;
  /** How many seconds one second of the cloud takes. */
  readonly cloudScale: number;
}

/** Where a scenario plays: it sets up, waits, and shows what cluster and cloud say. */
export class ScenarioStage {
  readonly cloud: CloudControl;
  readonly #parts: StageParts;
  readonly #signal: AbortSignal;
  #shownRequests = 0;
  readonly #shownEvents = new Set<string>();

  constructor(parts: StageParts, signal: AbortSignal) {
    this.cloud = parts.cloud;
    this.#parts = parts;
    this.#signal = signal;
  }

  /** Of the first Workspace. */
  get facts(): Facts {
    return this.factsOf(this.workspace(0));
  }

  factsOf(workspace: WorkspaceName): Facts {
    return this.#parts.view.facts(workspace);
  }

  workspace(index: number): AppliedWorkspace {
    const workspace = this.#parts.workspaces[index];
    if (workspace === undefined) {
      throw new LocalCloudError(`this story needs ${index + 1} Workspaces in the manifests`);
    }
    return workspace;
  }

  /** Called whenever something that belongs to a Workspace changes, and not only when somebody looks. */
  onChange(listener: () => void): void {
    this.#parts.view.onChange(listener);
  }

  /** All manifests, or one of them. */
  async apply(index?: number): Promise<void> {
    this.#shownRequests = (await this.cloud.log()).length;
    for (const file of this.#parts.manifests.filter((_, at) => index === undefined || at === index)) {
      await this.#parts.kubectl(['apply', '-f', file], this.#signal);
    }
  }

  async bring(nodes: readonly BroughtNode[]): Promise<void> {
    await this.#parts.bring(nodes, this.#signal);
  }

  /** Whether the model of the Workspace answers; the answer is shown. */
  async answers(workspace: WorkspaceName = this.workspace(0)): Promise<boolean> {
    this.say(`\n  POST /chat of ${workspace.name}`);
    const { text, modelFile } = await this.#parts.ask(workspace, this.#signal);
    this.say(`  ${text.split('\n')[0] ?? ''} (${modelFile})`);
    return text !== '';
  }

  /** What went wrong while everything was starting is no part of the story. */
  async begin(): Promise<void> {
    if (!this.#hasAzure) {
      return;
    }
    const hasLooked = async (): Promise<boolean> => (await this.cloud.log()).some(({ status }) => status === 200);
    await this.until('the provisioner has looked at Azure', hasLooked);
  }

  get #hasAzure(): boolean {
    return this.#parts.provisioner.nodesBy === 'gpu-provisioner';
  }

  async deletePod(name: string): Promise<void> {
    const { namespace } = this.workspace(0);
    const args = ['delete', 'pod', name, '-n', namespace, '--force', '--grace-period=0'];
    await this.#parts.kubectl(args, this.#signal);
  }

  async deleteWorkspace({ name, namespace }: WorkspaceName = this.workspace(0)): Promise<void> {
    await this.#parts.kubectl(['delete', 'workspace', name, '-n', namespace, '--wait=false'], this.#signal);
  }

  /** Waits until it is so; the reason for giving up says what was waited for. */
  async until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    const started = performance.now();
    while (!(await isSo())) {
      const seconds = (performance.now() - started) / 1000;
      if (seconds > LIMIT_SECONDS) {
        await this.show('As it stands');
        throw new LocalCloudError(`the story does not end as documented: waited ${LIMIT_SECONDS} s until ${what}`);
      }
      this.#parts.progress.waiting(`until ${what}, ${seconds.toFixed(0)} s`);
      await sleep(LOOK_MS, undefined, { signal: this.#signal });
    }
  }

  /** Seconds of the cloud, of which a minute passes in a few of ours. */
  async pause(cloudSeconds: number): Promise<void> {
    await sleep(cloudSeconds * 1000 * this.#parts.cloudScale, undefined, { signal: this.#signal });
  }

  say(text: string): void {
    this.#parts.progress.line(text);
  }

  /** Objects, conditions, warnings, requests since the last time, and what happens next, all as they are told. */
  async show(title: string): Promise<void> {
    this.say(`\n${title}`);
    for (const args of this.#commands()) {
      this.#showCommand(args, await this.#parts.kubectl(args, this.#signal));
    }
    const events = await this.events();
    for (const told of grouped(this.#told())) {
      this.say(`  condition  ${told}`);
    }
    const told = events.map(({ note, of, reason, type }) => `${of}: ${type} ${reason}: ${note}`);
    for (const text of told.filter((one) => !this.#shownEvents.has(one))) {
      this.#shownEvents.add(text);
      this.say(`  event      ${text}`);
    }
    if (this.#hasAzure) {
      await this.#showRequests();
    }
    this.say(`  next       ${(await this.nextStep()) ?? 'no point in time is announced'}`);
  }

  /** When the controllers act next, as conditions and events announce it. */
  async nextStep(): Promise<string | undefined> {
    const messages = this.#told().map(({ message }) => message);
    return nextStep([...messages, ...(await this.events()).map(({ note }) => note)], new Date());
  }

  /** As a user would look. */
  #commands(): readonly (readonly string[])[] {
    const { provisioner, workspaces } = this.#parts;
    const { name, namespace, resource } = this.workspace(0);
    const what = workspaces.length === 1 ? ['workspace', name] : ['workspace'];
    return [
      ['get', ...what, '-n', namespace, '--ignore-not-found'],
      ...provisioner.claimKinds.map((kind) => ['get', kind]),
      ...(resource.count === 1 ? [] : [['get', 'pod', '-n', namespace]]),
      ...(provisioner.adoptedNodes === undefined
        ? []
        : [['get', 'node', '-l', provisioner.adoptedNodes, '-L', labels.reservedBy]]),
    ];
  }

  #told(): readonly ToldCondition[] {
    return this.#parts.workspaces.flatMap((workspace) => toldConditions(this.factsOf(workspace)));
  }

  /** Oldest first. */
  async events(): Promise<readonly ToldEvent[]> {
    return toldEvents(await this.#parts.kubectl(['get', 'events.events.k8s.io', '-A', '-o', 'json'], this.#signal));
  }

  /** Requests that make and unmake pools. */
  async writes(method: 'PUT' | 'DELETE'): Promise<readonly LogEntry[]> {
    return (await this.cloud.log()).filter((entry) => entry.method === method);
  }

  #showCommand(args: readonly string[], output: string): void {
    this.say(`  $ kubectl ${args.join(' ')}`);
    for (const line of (output === '' ? 'nothing is there' : output.trimEnd()).split('\n')) {
      this.say(`  ${line}`);
    }
  }

  async #showRequests(): Promise<void> {
    const all = await this.cloud.log();
    const fresh = all.slice(this.#shownRequests);
    this.#shownRequests = all.length;
    this.say(`  $ npm run cloud -- log`);
    this.say(`  ${logHeader().trimEnd()}`);
    for (const line of shownRequests(fresh)) {
      this.say(`  ${line}`);
    }
  }
}
