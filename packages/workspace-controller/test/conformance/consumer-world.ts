import { afterEach } from '@jest/globals';
import type { KubernetesObject } from '@kaito/controller-runtime';
import { WatchedWorld } from '@kaito/testkit';
import type { ClusterBehaviour } from '@kaito/testkit';
import { finalizers, machines, nodeClaims, workspaces } from '@kaito/types';
import * as z from 'zod';

import type { ClaimApi } from '../../src/core/claims/claim.ts';
import { KAITO_NODE_CLASS } from '../../src/core/claims/node-class.ts';
import type { NodeProvisioning } from '../../src/core/claims/node-source.ts';
import type { Settings } from '../../src/core/settings.ts';
import { EVENTS } from './capacity-event.ts';
import { CLAIM_APIS, ERAS, FOREIGN_CLASS } from './claim-apis.ts';
import { classDefinition, DEFINITIONS } from './class-definition.ts';
import { conditionOf } from './claim-views.ts';
import type { Condition } from './claim-views.ts';
import { StandIn } from './stand-in.ts';
import { workspaceManifest } from './workspace-manifest.ts';
import type { WorkspaceParts } from './workspace-manifest.ts';

/** `karpenter` serves static NodePools. */
type Provisioner = 'stand-in' | 'gpu-provisioner' | 'karpenter';

export interface ConsumerWorldOptions {
  readonly api?: ClaimApi;
  readonly cluster?: Partial<ClusterBehaviour>;
  readonly settings?: Partial<Settings>;
  /** Absent: one that this project did not write, and that is told what to do. */
  readonly provisioner?: Provisioner;
}

/** A claim when it was made. */
interface Made {
  readonly atMs: number;
  readonly claim: KubernetesObject;
}

const WORKSPACE = 'phi';

type WorldParts = ConstructorParameters<typeof WatchedWorld>[0];

const KWOK_CLASS = { group: 'karpenter.kwok.sh', kind: 'KWOKNodeClass', name: 'default' } as const;

const open: ConsumerWorld[] = [];

afterEach(() => {
  for (const world of open.splice(0)) {
    world.end();
  }
});

/** The workspace-controller in virtual time, with a provisioner; ends with the test. */
export class ConsumerWorld extends WatchedWorld {
  readonly api: ClaimApi;
  readonly standIn: StandIn;

  constructor(options: ConsumerWorldOptions = {}) {
    const { api = 'Machine', cluster, provisioner = 'stand-in', settings } = options;
    const standIn = new StandIn(api);
    const workspace = { nodes: sourceFor(provisioner, api), ...settings };
    super({ seed: 1, timeScale: 1, cluster, workspace, ...partsOf(provisioner, standIn) });
    this.world.server.create({ type: DEFINITIONS, manifest: classDefinition(FOREIGN_CLASS), fieldManager: 'user' });
    this.api = api;
    this.standIn = standIn;
    if (provisioner === 'gpu-provisioner') {
      this.world.startReplica('gpu-provisioner');
    } else if (provisioner === 'stand-in') {
      standIn.begin(this.world);
    }
    this.world.startReplica('workspace-controller');
    open.push(this);
  }

  apply(name = WORKSPACE, parts: WorkspaceParts = {}): void {
    const manifest = workspaceManifest({ name, ...parts });
    this.world.server.create({ type: workspaces, manifest, fieldManager: 'user' });
  }

  deleteWorkspace(name = WORKSPACE): void {
    this.delete(workspaces, name, 'default');
  }

  workspace(name = WORKSPACE): KubernetesObject | undefined {
    return this.get(workspaces, name, 'default');
  }

  isGone(name = WORKSPACE): boolean {
    return this.workspace(name) === undefined;
  }

  isReady(name = WORKSPACE): boolean {
    return this.condition('WorkspaceReady', name)?.status === 'True';
  }

  /** Whether it keeps itself from going. */
  isGuarded(name = WORKSPACE): boolean {
    return this.workspace(name)?.metadata.finalizers?.includes(finalizers.workspace) === true;
  }

  condition(type: string, name = WORKSPACE): Condition | undefined {
    const workspace = this.workspace(name);
    return workspace === undefined ? undefined : conditionOf(workspace, type);
  }

  message(type: string, name = WORKSPACE): string {
    return this.condition(type, name)?.message ?? '';
  }

  /** The claims that there are, of whichever API. */
  claims(): readonly KubernetesObject[] {
    return [...this.list(machines), ...this.list(nodeClaims)];
  }

  /** Every claim that the controller ever made, in order. */
  get made(): readonly Made[] {
    return [machines, nodeClaims]
      .flatMap(({ plural }) => this.seen.ownWrites(plural))
      .filter(({ event }) => event === 'ADDED')
      .map(({ atMs, object: claim }) => ({ atMs, claim }));
  }

  /** What people read about the Workspace. */
  notices(name = WORKSPACE): readonly Notice[] {
    return this.list(EVENTS).flatMap((event) => {
      const read = Notice.safeParse(event);
      return read.success && read.data.regarding.kind === 'Workspace' && read.data.regarding.name === name
        ? [read.data]
        : [];
    });
  }
}

const Notice = z.object({
  type: z.string(),
  reason: z.string(),
  note: z.string().default(''),
  regarding: z.object({ kind: z.string(), name: z.string() }),
});
type Notice = z.infer<typeof Notice>;

/** What the simulated world is told of it. */
function partsOf(provisioner: Provisioner, standIn: StandIn): Pick<WorldParts, 'karpenter' | 'vms'> {
  return {
    ...(provisioner === 'stand-in' && { vms: standIn }),
    ...(provisioner === 'karpenter' && { karpenter: {} }),
  };
}

function sourceFor(provisioner: Provisioner, api: ClaimApi): NodeProvisioning {
  switch (provisioner) {
    case 'stand-in':
      return ERAS[api].nodes;
    case 'gpu-provisioner':
      return api === 'Machine' ? ERAS.Machine.nodes : { kind: 'nodeclaim', nodeClass: KAITO_NODE_CLASS };
    case 'karpenter':
      return { kind: 'nodepool', nodeClass: KWOK_CLASS };
    default:
      return provisioner satisfies never;
  }
}

/** With a Workspace of one node that serves. */
export async function readyWorld(options: ConsumerWorldOptions): Promise<ConsumerWorld> {
  const world = new ConsumerWorld(options);
  world.apply();
  await world.until(() => world.isReady());
  return world;
}

/** Each of the options in every era. */
export function eras(...options: readonly ConsumerWorldOptions[]): readonly ConsumerWorldOptions[] {
  return CLAIM_APIS.flatMap((api) => options.map((one) => ({ ...one, api })));
}
