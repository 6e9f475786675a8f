import type { Json } from './call.ts';
import { errorDetail } from './arm-error.ts';
import type { ClusterIdentity, Pool, State } from './model.ts';
import type { PoolProperties } from './pool-request.ts';

/** AKS writes `resourceGroups` in answers to writes and `resourcegroups` in answers to reads. */
export type IdStyle = 'resourceGroups' | 'resourcegroups';

export const NODE_IMAGE_VERSION = 'AKSUbuntu-2204gen2containerd-202605.12.0';

export function clusterId(cluster: ClusterIdentity, style: IdStyle): string {
  return `/subscriptions/${cluster.subscriptionId}/${style}/${cluster.resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${cluster.clusterName}`;
}

export function poolResource(state: State, pool: Pool, style: IdStyle): Json {
  return {
    id: `${clusterId(state.cluster, style)}/agentPools/${pool.name}`,
    name: pool.name,
    type: 'Microsoft.ContainerService/managedClusters/agentPools',
    properties: poolProfile(state, pool),
  };
}

/** Of the cluster and of each of its pools. */
export function powerState({ isStopped = false }: State): Readonly<Record<string, Json>> {
  return { code: isStopped ? 'Stopped' : 'Running' };
}

/** What stands under `properties`, and, with the name, in the cluster's own list of profiles. */
export function poolProfile(state: State, pool: Pool): Readonly<Record<string, Json>> {
  const manual = pool.properties.virtualMachinesProfile?.scale.manual;
  return {
    ...toJson(pool.properties),
    ...(manual === undefined ? {} : { virtualMachineNodesStatus: manual.map(({ size, count }) => ({ size, count })) }),
    eTag: pool.etag,
    provisioningState: pool.provisioningState,
    powerState: powerState(state),
    currentOrchestratorVersion: pool.properties.orchestratorVersion ?? state.cluster.kubernetesVersion,
    nodeImageVersion: NODE_IMAGE_VERSION,
    ...(pool.provisioningError === undefined
      ? {}
      : { status: { provisioningError: errorDetail(pool.provisioningError) } }),
  };
}

/** It came as JSON, so it goes as JSON: whatever else cannot be written is left out. */
function toJson(properties: PoolProperties): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, value]) => {
      const json = jsonOf(value);
      return json === undefined ? [] : [[key, json]];
    }),
  );
}

function jsonOf(value: unknown): Json {
  if (Array.isArray(value)) {
    return value.map(jsonOf);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, jsonOf(entry)]));
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}
