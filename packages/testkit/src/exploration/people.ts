import type { Manifest, ResourceType } from '@kaito/controller-runtime';
import { annotations, labels, machines, nodeClaims, nodes, pods, taints, workspaces } from '@kaito/types';

import type { World } from '../simulation/world.ts';
import { fieldsOf } from '../api-server/json.ts';
import { PLANTED_SECRET } from './invariants/kept-secret.ts';

const FIELD_MANAGER = 'user';
const FOREIGN_FINALIZER = 'example.com/backup';

export interface WorkspaceOptions {
  readonly count?: number;
  readonly preset?: string;
  /** By which nodes are chosen; two Workspaces with the same share them or compete for them. */
  readonly apps?: string;
  /** Absent: a preset is run. */
  readonly templateImage?: string;
}

export interface NodeClaimOptions {
  /** In the order of preference. */
  readonly sizes?: readonly string[];
  /** Further members of the spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** What users and administrators do by hand. */
export class People {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  apply(name: string, options: WorkspaceOptions = {}): void {
    const { apps = name, count, preset = 'phi-3-mini-4k-instruct', templateImage } = options;
    const manifest: Manifest = {
      apiVersion: 'kaito.sh/v1alpha1',
      kind: 'Workspace',
      metadata: { name, namespace: 'default' },
      resource: {
        instanceType: 'Standard_NC6s_v3',
        labelSelector: { matchLabels: { apps } },
        ...(count !== undefined && { count }),
      },
      inference: templateImage === undefined ? { preset: { name: preset } } : { template: podTemplate(templateImage) },
    };
    const type = { ...workspaces, version: 'v1alpha1' };
    this.#world.server.apply({ type, manifest, fieldManager: FIELD_MANAGER, isForced: true });
  }

  /** A claim of his own, as the provisioner's class allows it to everybody. */
  claim(name: string, { sizes = ['Standard_NC6s_v3'], spec = {} }: NodeClaimOptions = {}): void {
    this.#create(nodeClaims, {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodeClaim',
      metadata: { name },
      spec: {
        nodeClassRef: { group: 'kaito.sh', kind: 'KaitoNodeClass', name: 'default' },
        requirements: [{ key: labels.instanceType, operator: 'In', values: sizes }],
        taints: [taints.gpu],
        resources: { requests: { 'nvidia.com/gpu': '1' } },
        expireAfter: 'Never',
        ...spec,
      },
    });
  }

  /** The same, by the contract of Machines. */
  createMachine(name: string): void {
    this.#create(machines, {
      apiVersion: 'karpenter.sh/v1alpha5',
      kind: 'Machine',
      metadata: { name, labels: { [labels.ragEngine]: 'rag' } },
      spec: {
        requirements: [{ key: labels.instanceType, operator: 'In', values: ['Standard_NC6s_v3'] }],
        taints: [taints.gpu],
      },
    });
  }

  /** A pod that objects to being moved. */
  runUndisturbed(name: string, node: string): void {
    this.#create(pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default', annotations: { [annotations.doNotDisrupt]: 'true' } },
      spec: {
        nodeName: node,
        containers: [{ name: 'work', image: 'work' }],
        tolerations: [{ key: taints.gpu.key, operator: 'Exists' }],
      },
    });
  }

  deleteClaim(name: string): void {
    this.#world.server.delete({ type: nodeClaims, key: { name } });
  }

  /** A label that means nothing to the controllers. */
  annotate(name: string): void {
    const key = { name, namespace: 'default' };
    const body = { metadata: { annotations: { 'example.com/owner': 'somebody' } } };
    this.#world.server.patch({ type: workspaces, key, body, fieldManager: FIELD_MANAGER });
  }

  delete(name: string): void {
    this.#world.server.delete({ type: workspaces, key: { name, namespace: 'default' } });
  }

  deleteMachine(name: string): void {
    this.#world.server.delete({ type: machines, key: { name } });
  }

  deleteNode(name: string): void {
    this.#world.server.delete({ type: nodes, key: { name } });
  }

  /** Removes the object at once, whoever guards it. */
  tearOff(type: ResourceType, name: string): void {
    const body = { metadata: { finalizers: null } };
    this.#world.server.patch({ type, key: { name }, body, fieldManager: FIELD_MANAGER });
    this.#world.server.delete({ type, key: { name } });
  }

  /** The Node goes at once and another one comes under its name and provider ID, as of a machine that was re-imaged. */
  replaceNode(name: string): void {
    const node = this.#world.server.get({ type: nodes, key: { name } });
    if (node === undefined) {
      return;
    }
    const { labels: kept = {} } = node.metadata;
    const { spec, status } = fieldsOf(node);
    this.tearOff(nodes, name);
    this.#create(nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: kept }, spec });
    this.#world.server.patch({
      type: nodes,
      key: { name },
      subresource: 'status',
      body: { status },
      fieldManager: FIELD_MANAGER,
    });
  }

  /** The claim goes at once and the same one is made again, as a person does who has it in a file. */
  replaceMachine(name: string): void {
    const machine = this.#world.server.get({ type: machines, key: { name } });
    if (machine === undefined) {
      return;
    }
    const { labels: kept = {} } = machine.metadata;
    const { spec } = fieldsOf(machine);
    this.tearOff(machines, name);
    this.#create(machines, {
      apiVersion: 'karpenter.sh/v1alpha5',
      kind: 'Machine',
      metadata: { name, labels: kept },
      spec,
    });
  }

  /** Somebody else's finalizer. */
  guard(name: string): void {
    this.#setFinalizer(name, (present) => [...present, FOREIGN_FINALIZER]);
  }

  unguard(name: string): void {
    this.#setFinalizer(name, (present) => present.filter((one) => one !== FOREIGN_FINALIZER));
  }

  #setFinalizer(name: string, change: (present: readonly string[]) => readonly string[]): void {
    const key = { name, namespace: 'default' };
    const workspace = this.#world.server.get({ type: workspaces, key });
    if (workspace === undefined) {
      return;
    }
    const { finalizers: present = [] } = workspace.metadata;
    const body = { metadata: { finalizers: change(present) } };
    this.#world.server.patch({ type: workspaces, key, body, fieldManager: FIELD_MANAGER });
  }

  cordon(name: string): void {
    const body = { spec: { unschedulable: true } };
    this.#world.server.patch({ type: nodes, key: { name }, body, fieldManager: FIELD_MANAGER });
  }

  /** Somebody else's claim, for somebody else's provisioner. */
  createForeignMachine(name: string): void {
    const manifest = {
      apiVersion: 'karpenter.sh/v1alpha5',
      kind: 'Machine',
      metadata: { name, labels: { 'example.com/team': 'other' } },
      spec: { requirements: [], machineTemplateRef: { name: 'other' } },
    };
    this.#create(machines, manifest);
  }

  /** A second provisioner that waits to lead, and whose caches stay empty for a while. */
  startLateProvisioner(lateMs: number): void {
    this.#world.startLateStandby('gpu-provisioner', lateMs);
  }

  /** The machine of the provisioner that leads goes away for good. */
  killFirstProvisioner(): void {
    for (const replica of this.#world.replicas) {
      if (replica.identity === 'gpu-provisioner-0') {
        this.#world.kill(replica);
      }
    }
  }

  /** Its process ends, as when its pod is moved, and another one starts. */
  restartWorkspaceController(): void {
    for (const replica of this.#world.replicas) {
      if (replica.role === 'workspace-controller') {
        this.#world.crash(replica);
      }
    }
  }

  /** Nobody owns or guards the Node any more. */
  disown(name: string): void {
    const body = { metadata: { finalizers: null, ownerReferences: null } };
    this.#world.server.patch({ type: nodes, key: { name }, body, fieldManager: FIELD_MANAGER });
  }

  /** In the portal. */
  removePool(name: string): void {
    this.#world.cloud.removePool(name);
  }

  /** The cloud takes the machine away. */
  removeVm(pool: string): void {
    this.#world.cloud.removeVm(pool);
  }

  addForeignPool(name: string, nodeLabels: Readonly<Record<string, string>> = {}): void {
    this.#world.cloud.addPool({
      name,
      vmSize: 'Standard_NC6s_v3',
      osDiskSizeGiB: 0,
      tags: { team: 'other' },
      nodeLabels,
      nodeTaints: [],
    });
  }

  get cloud(): World['cloud'] {
    return this.#world.cloud;
  }

  get cluster(): World['cluster'] {
    return this.#world.cluster;
  }

  #create(type: ResourceType, manifest: Manifest): void {
    this.#world.server.create({ type, manifest, fieldManager: FIELD_MANAGER });
  }
}

function podTemplate(image: string): object {
  return {
    metadata: { labels: { [labels.machineType]: 'gpu' } },
    spec: {
      containers: [
        {
          name: 'server',
          image,
          env: [{ name: 'TOKEN', value: PLANTED_SECRET }],
          resources: { limits: { 'nvidia.com/gpu': '1' } },
        },
      ],
    },
  };
}
