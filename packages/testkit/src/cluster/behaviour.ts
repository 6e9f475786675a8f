/** How long things take in the cluster of a model, in milliseconds. */
export interface ClusterBehaviour {
  /** From a change to what a controller of controller-manager writes. */
  readonly controllerMs: number;
  readonly schedulingMs: number;
  /** From the booted VM to its Node. */
  readonly nodeRegisteredMs: number;
  /** From the Node to its being Ready. */
  readonly nodeReadyMs: number;
  /** From the Node being Ready to its GPUs being offered; Infinity where nobody brings a device plugin. */
  readonly devicePluginMs: number;
  /** From the kubelet's last word to the Node being Unknown. */
  readonly nodeUnknownMs: number;
  /** From the Node being Unknown to its deletion, when its VM is gone. */
  readonly nodeGoneMs: number;
  /** How long a pod stays on a Node that is not Ready, unless it says otherwise. */
  readonly evictionMs: number;
  /** From the Node being gone to its pods being gone. */
  readonly podCollectionMs: number;
  readonly imagePullMs: number;
  /** From the image to the running container. */
  readonly containerStartMs: number;
  /** From the running container to its readiness. */
  readonly containerReadyMs: number;
  /** From the deletion of a pod to its end. */
  readonly terminationMs: number;
  /** Doubles with every crash. */
  readonly crashBackoffMs: number;
  /** A container that has crashed so often is left in its back-off for good. */
  readonly crashesShown: number;
}

export const typicalCluster: ClusterBehaviour = {
  controllerMs: 20,
  schedulingMs: 10,
  nodeRegisteredMs: 500,
  nodeReadyMs: 20_000,
  devicePluginMs: 30_000,
  nodeUnknownMs: 50_000,
  nodeGoneMs: 5_000,
  evictionMs: 300_000,
  podCollectionMs: 40_000,
  imagePullMs: 60_000,
  containerStartMs: 1_000,
  containerReadyMs: 60_000,
  terminationMs: 2_000,
  crashBackoffMs: 10_000,
  crashesShown: 4,
};
