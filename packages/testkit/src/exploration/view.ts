import type { KubernetesObject, ResourceType } from '@kaito/controller-runtime';
import type { AgentPool } from '@kaito/gpu-provisioner';
import {
  annotations,
  deployments,
  labels,
  machines,
  nodeClaims,
  nodePools,
  nodes,
  pods,
  services,
  statefulSets,
  workspaces,
} from '@kaito/types';

import type { ReadonlySnapshot } from '../api-server/api-server.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { leases, LEASES } from './leases.ts';
import { fieldsOf } from '../api-server/json.ts';
import { isTrue } from '../cluster/reading.ts';
import { listOf, numberOf, specOf, statusOf, textOf } from './fields.ts';

/** What is so at one moment, for scenarios and invariants that ask. */
export class View {
  readonly #server: ReadonlySnapshot;
  readonly #cloud: Pick<Cloud, 'pools'>;

  constructor(server: ReadonlySnapshot, cloud: Pick<Cloud, 'pools'>) {
    this.#server = server;
    this.#cloud = cloud;
  }

  get workspaces(): readonly KubernetesObject[] {
    return this.#all(workspaces);
  }

  get machines(): readonly KubernetesObject[] {
    return this.#all(machines);
  }

  get nodeClaims(): readonly KubernetesObject[] {
    return this.#all(nodeClaims);
  }

  get nodes(): readonly KubernetesObject[] {
    return this.#all(nodes);
  }

  get pods(): readonly KubernetesObject[] {
    return this.#all(pods);
  }

  /** Those that somebody asked for; the cluster's own system pool is left out. */
  get pools(): readonly AgentPool[] {
    return this.#cloud.pools.filter(({ name }) => name !== 'system');
  }

  workspace(name: string): KubernetesObject | undefined {
    return this.#server.get({ type: workspaces, key: { name, namespace: 'default' } });
  }

  machinesOf(workspace: string): readonly KubernetesObject[] {
    return ofWorkspace(workspace, this.machines);
  }

  claimsOf(workspace: string): readonly KubernetesObject[] {
    return ofWorkspace(workspace, [...this.machines, ...this.nodeClaims]);
  }

  podsOf(workspace: string): readonly KubernetesObject[] {
    return ofWorkspace(workspace, this.pods);
  }

  isToldReady(name: string): boolean {
    const workspace = this.workspace(name);
    return workspace !== undefined && isTrue(workspace, 'WorkspaceReady');
  }

  /** Whether it is so, whatever anybody says: enough nodes that are usable, and a pod that answers on each. */
  isServing(name: string): boolean {
    const workspace = this.workspace(name);
    const wanted = workspace === undefined ? 1 : (numberOf(fieldsOf(workspace['resource'])['count']) ?? 1);
    const key = { name, namespace: 'default' };
    const workload = this.#server.get({ type: statefulSets, key }) ?? this.#server.get({ type: deployments, key });
    const serving = workload === undefined ? 0 : (numberOf(statusOf(workload)['readyReplicas']) ?? 0);
    return serving >= wanted && this.podsOf(name).filter((pod) => this.#isOnUsableNode(pod)).length >= wanted;
  }

  /** The generations that the members of a group are of, each once. */
  generationsOf(name: string): readonly string[] {
    return [
      ...new Set(this.podsOf(name).map(({ metadata }) => metadata.annotations?.[annotations.groupGeneration] ?? '')),
    ];
  }

  /** The nodes that a Workspace says it has. */
  workerNodes(name: string): readonly string[] {
    const workspace = this.workspace(name);
    return workspace === undefined
      ? []
      : listOf(statusOf(workspace)['workerNodes']).flatMap((node) => textOf(node) ?? []);
  }

  poolOfNode(name: string): string {
    return this.nodes.find((node) => node.metadata.name === name)?.metadata.labels?.[labels.agentPool] ?? '';
  }

  /** What belongs to a Workspace that nobody wants any more. */
  get leftovers(): readonly string[] {
    const names = (type: ResourceType): readonly string[] =>
      this.#all(type).map(({ metadata }) => `${type.plural}/${metadata.name}`);
    return [
      ...names(workspaces),
      ...names(machines),
      ...names(nodeClaims),
      ...names(nodePools),
      ...names(deployments),
      ...names(statefulSets),
      ...names(services).filter((name) => name !== 'services/kubernetes'),
      ...names(pods),
      ...this.nodes.filter(isPoolNode).map(({ metadata }) => `nodes/${metadata.name}`),
      ...this.pools.map(({ name }) => `agentpools/${name}`),
    ];
  }

  /** Who works as the provisioner. */
  get leadingProvisioner(): string | undefined {
    const lease = this.#server.get({
      type: leases,
      key: { name: LEASES['gpu-provisioner'], namespace: 'kaito-system' },
    });
    return lease === undefined ? undefined : textOf(specOf(lease)['holderIdentity']);
  }

  nodeOf(provider: string): KubernetesObject | undefined {
    return this.nodes.find((node) => textOf(specOf(node)['providerID']) === provider);
  }

  #isOnUsableNode(pod: KubernetesObject): boolean {
    const node = this.nodes.find(({ metadata }) => metadata.name === specOf(pod)['nodeName']);
    return node !== undefined && isUsable(node);
  }

  #all(type: ResourceType): readonly KubernetesObject[] {
    return this.#server.list({ type }).items;
  }
}

function ofWorkspace(name: string, objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects.filter(({ metadata }) => metadata.labels?.[labels.workspace] === name);
}

function isUsable(node: KubernetesObject): boolean {
  return isTrue(node, 'Ready') && offersGpus(node);
}

export function offersGpus(node: KubernetesObject): boolean {
  return Number(fieldsOf(statusOf(node)['allocatable'])['nvidia.com/gpu'] ?? 0) > 0;
}

/** Whether the Node is of a pool that somebody asked for. */
export function isPoolNode({ metadata }: KubernetesObject): boolean {
  const pool = metadata.labels?.[labels.agentPool];
  return pool !== undefined && pool !== 'system';
}
