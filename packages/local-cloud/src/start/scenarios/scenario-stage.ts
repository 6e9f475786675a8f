import { setTimeout as sleep } from 'node:timers/promises';

import * as z from 'zod';

import { logHeader } from '../../cloud-command/log-table.ts';
import type { LogEntry } from '../../cloud-command/log-table.ts';
import { LocalCloudError } from '../../local-cloud-error.ts';
import type { Facts } from '../facts.ts';
import type { Kubectl } from '../kubectl-run.ts';
import type { WorkspaceName } from '../manifests.ts';
import type { Progress } from '../progress.ts';
import type { ClusterView } from '../cluster-view.ts';
import type { CloudControl } from './cloud-control.ts';
import { shownRequests } from './shown-requests.ts';
import { grouped, nextStep, toldConditions } from './told.ts';

const LOOK_MS = 100;
const LIMIT_SECONDS = 240;

const Events = z.object({
  items: z.array(
    z.object({
      type: z.string(),
      reason: z.string(),
      note: z.string().default(''),
      regarding: z.object({ kind: z.string(), name: z.string() }),
    }),
  ),
});

/** What an event told. */
export interface ToldEvent {
  readonly of: string;
  readonly type: string;
  readonly reason: string;
  readonly note: string;
}

export interface StageParts {
  readonly cloud: CloudControl;
  readonly kubectl: Kubectl;
  readonly progress: Progress;
  readonly view: ClusterView;
  readonly workspace: WorkspaceName;
  readonly manifests: readonly string[];
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

  get facts(): Facts {
    return this.#parts.view.facts(this.#parts.workspace);
  }

  async apply(): Promise<void> {
    this.#shownRequests = (await this.cloud.log()).length;
    for (const file of this.#parts.manifests) {
      await this.#parts.kubectl(['apply', '-f', file], this.#signal);
    }
  }

  /** What went wrong while everything was starting is no part of the story. */
  async begin(): Promise<void> {
    const hasLooked = async (): Promise<boolean> => (await this.cloud.log()).some(({ status }) => status === 200);
    await this.until('the provisioner has looked at Azure', hasLooked);
  }

  async deleteWorkspace(): Promise<void> {
    const { name, namespace } = this.#parts.workspace;
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
    const { name, namespace } = this.#parts.workspace;
    for (const args of [
      ['get', 'workspace', name, '-n', namespace, '--ignore-not-found'],
      ['get', 'machine'],
    ]) {
      this.#showCommand(args, await this.#parts.kubectl(args, this.#signal));
    }
    const events = await this.events();
    for (const told of grouped(toldConditions(this.facts))) {
      this.say(`  condition  ${told}`);
    }
    const told = events.map(({ note, of, reason, type }) => `${of}: ${type} ${reason}: ${note}`);
    for (const text of told.filter((one) => !this.#shownEvents.has(one))) {
      this.#shownEvents.add(text);
      this.say(`  event      ${text}`);
    }
    await this.#showRequests();
    this.say(`  next       ${(await this.nextStep()) ?? 'no point in time is announced'}`);
  }

  /** When the controllers act next, as conditions and events announce it. */
  async nextStep(): Promise<string | undefined> {
    const messages = toldConditions(this.facts).map(({ message }) => message);
    return nextStep([...messages, ...(await this.events()).map(({ note }) => note)], new Date());
  }

  /** Warnings, oldest first. */
  async events(): Promise<readonly ToldEvent[]> {
    const args = ['get', 'events.events.k8s.io', '-A', '--field-selector', 'type=Warning', '-o', 'json'];
    const { items } = Events.parse(JSON.parse(await this.#parts.kubectl(args, this.#signal)));
    return items
      .filter(({ regarding }) => regarding.kind === 'Workspace' || regarding.kind === 'Machine')
      .map(({ note, reason, regarding, type }) => ({ of: `${regarding.kind} ${regarding.name}`, type, reason, note }));
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
