import { afterEach } from '@jest/globals';
import type { KubernetesObject, Metrics, ResourceType } from '@kaito/controller-runtime';
import { WatchedWorld } from '@kaito/testkit';
import type { Call, CloudBehaviour, ClusterBehaviour, Effect, FaultKind, Replica, World } from '@kaito/testkit';
import { labels, nodes, pods } from '@kaito/types';
import * as z from 'zod';

import type { ProvisionerSettings } from '../../src/config.ts';
import { claimManifest, claimType } from './claims.ts';
import type { ClaimApi, ClaimParts } from './claims.ts';
import { budgetManifest, podManifest } from './pods.ts';
import type { PodParts } from './pods.ts';

export interface ProvisionerWorldOptions {
  readonly api?: ClaimApi;
  readonly cloud?: Partial<CloudBehaviour>;
  readonly cluster?: Partial<ClusterBehaviour>;
  readonly provisioner?: Partial<ProvisionerSettings>;
  /** How many replicas compete for the lease; absent: one. */
  readonly replicas?: number;
  /** What goes wrong with a request, asked before each; the effect's index counts them all from 0. */
  readonly fault?: (effect: Effect) => FaultKind | undefined;
  /** Whether a replica's renewal of its lease does not get through. */
  readonly isCutOff?: (call: Call, replica: Replica) => boolean;
  /** Factor on all spans; absent: 1, seconds are seconds. */
  readonly timeScale?: number;
  readonly seed?: number;
  readonly metrics?: Metrics;
}

export const CLAIM = 'ws012345678';

const open: ProvisionerWorld[] = [];

afterEach(() => {
  for (const world of open.splice(0)) {
    world.end();
  }
});

/** A cluster and a cloud in virtual time with the provisioner alone at work; ends with the test. */
export class ProvisionerWorld extends WatchedWorld {
  readonly api: ClaimApi;

  constructor(options: ProvisionerWorldOptions = {}) {
    const { api = 'Machine', replicas = 1, seed = 1, timeScale = 1, ...others } = options;
    super({ ...others, seed, timeScale });
    this.api = api;
    for (let ordinal = 0; ordinal < replicas; ordinal += 1) {
      this.world.startReplica('gpu-provisioner', ordinal);
    }
    open.push(this);
  }

  /** What creates asked for, in order, whatever the answer was. */
  get asked(): World['cloud']['asked'] {
    return this.world.cloud.asked;
  }

  get cloud(): World['cloud'] {
    return this.world.cloud;
  }

  createClaim(name = CLAIM, parts: ClaimParts = {}): void {
    const manifest = claimManifest(this.api, name, parts);
    this.world.server.create({ type: claimType(this.api), manifest, fieldManager: 'kaito' });
  }

  deleteClaim(name = CLAIM): void {
    this.world.server.delete({ type: claimType(this.api), key: { name } });
  }

  /** Somebody takes its finalizers away and deletes it: it is gone at once, and its pool has no owner. */
  removeClaim(name = CLAIM): void {
    this.patchClaim({ metadata: { finalizers: null } }, name);
    this.deleteClaim(name);
  }

  claim(name = CLAIM): KubernetesObject | undefined {
    return this.get(claimType(this.api), name);
  }

  isReady(name = CLAIM): boolean {
    return this.condition('Ready', name)?.status === 'True';
  }

  isGone(name = CLAIM): boolean {
    return this.claim(name) === undefined;
  }

  /** By the name of the Machine era without its prefix: Launched, Registered, Initialized, Ready. */
  condition(what: string, name = CLAIM): Condition | undefined {
    const claim = this.claim(name);
    const conditions = claim === undefined ? [] : WithConditions.parse(claim).status.conditions;
    const type = what === 'Ready' || this.api !== 'Machine' ? what : `Machine${what}`;
    return conditions.find((condition) => condition.type === type);
  }

  /** What the condition about the launch said, in the order in which it was written. */
  launchMessages(name = CLAIM): readonly string[] {
    const type = this.api === 'Machine' ? 'MachineLaunched' : 'Launched';
    const told = this.seen
      .ownWrites(claimType(this.api).plural, name)
      .map(({ object }) => WithConditions.parse(object).status.conditions.find((one) => one.type === type)?.message);
    return told.filter((message, at) => message !== told[at - 1]).filter((message) => message !== undefined);
  }

  /** The Node of the claim's pool. */
  node(name = CLAIM): KubernetesObject | undefined {
    return this.list(nodes).find(({ metadata }) => metadata.labels?.[labels.agentPool] === name);
  }

  hasPool(name = CLAIM): boolean {
    return this.cloud.pools.some((pool) => pool.name === name);
  }

  addPod(name: string, node: string, parts: PodParts = {}): void {
    this.world.server.create({ type: pods, manifest: podManifest(name, node, parts), fieldManager: 'user' });
  }

  /** Somebody wants so many pods of these labels to stay. */
  addBudget(name: string, matchLabels: Readonly<Record<string, string>>, minAvailable = 1): void {
    const manifest = budgetManifest(name, matchLabels, minAvailable);
    this.world.server.create({ type: budgets, manifest, fieldManager: 'user' });
  }

  /** Warning and Normal events about the claim, as people read them. */
  events(name = CLAIM): readonly ClaimEvent[] {
    return this.list(events).flatMap((event) => {
      const read = ClaimEvent.safeParse(event);
      return read.success && read.data.regarding.name === name ? [read.data] : [];
    });
  }

  patchClaim(body: object, name = CLAIM): void {
    this.patch(claimType(this.api), { name }, body);
  }
}

const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  observedGeneration: z.int().optional(),
});
type Condition = z.infer<typeof Condition>;

const ClaimEvent = z.object({
  type: z.string(),
  reason: z.string(),
  note: z.string().default(''),
  regarding: z.object({ kind: z.string(), name: z.string(), uid: z.string().default('') }),
});
type ClaimEvent = z.infer<typeof ClaimEvent>;

const events: ResourceType = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  isNamespaced: true,
};

const budgets: ResourceType = {
  group: 'policy',
  version: 'v1',
  plural: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
  isNamespaced: true,
};

const WithConditions = z.object({ status: z.object({ conditions: z.array(Condition).default([]) }).prefault({}) });
