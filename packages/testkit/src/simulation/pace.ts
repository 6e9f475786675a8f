import { typicalCloud } from '../cloud/behaviour.ts';
import type { CloudBehaviour } from '../cloud/behaviour.ts';
import { typicalCluster } from '../cluster/behaviour.ts';
import type { ClusterBehaviour } from '../cluster/behaviour.ts';

/** A cloud on a good day, at the scale of time at which the controllers are set; it lists and refuses as always. */
export function scaledCloud(timeScale: number): CloudBehaviour {
  return {
    ...typicalCloud,
    vmAllocatedMs: 5_000 * timeScale,
    vmBootedMs: 35_000 * timeScale,
    poolReadyMs: 50_000 * timeScale,
    deletionMs: 25_000 * timeScale,
    abortMs: typicalCloud.abortMs * timeScale,
    operationFailureMs: typicalCloud.operationFailureMs * timeScale,
    // Its requests per minute are those of real minutes.
    isThrottled: timeScale === 1,
  };
}

/** The cluster at the same scale, but for what its own controllers take. */
export function scaledCluster(timeScale: number): ClusterBehaviour {
  const { controllerMs, schedulingMs, crashesShown, ...spans } = typicalCluster;
  return {
    controllerMs,
    schedulingMs,
    crashesShown,
    nodeRegisteredMs: spans.nodeRegisteredMs * timeScale,
    nodeReadyMs: spans.nodeReadyMs * timeScale,
    devicePluginMs: spans.devicePluginMs * timeScale,
    nodeUnknownMs: spans.nodeUnknownMs * timeScale,
    nodeGoneMs: spans.nodeGoneMs * timeScale,
    evictionMs: spans.evictionMs * timeScale,
    podCollectionMs: spans.podCollectionMs * timeScale,
    imagePullMs: spans.imagePullMs * timeScale,
    containerStartMs: spans.containerStartMs * timeScale,
    containerReadyMs: spans.containerReadyMs * timeScale,
    terminationMs: spans.terminationMs * timeScale,
    crashBackoffMs: spans.crashBackoffMs * timeScale,
  };
}
