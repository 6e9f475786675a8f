import { typicalCloud } from '../cloud/behaviour.ts';
import type { CloudBehaviour } from '../cloud/behaviour.ts';
import { typicalCluster } from '../cluster/behaviour.ts';
import type { ClusterBehaviour } from '../cluster/behaviour.ts';
import { TIME_SCALE } from './controller-settings.ts';

/** A cloud on a good day, at the scale of time at which the controllers are set; it lists and refuses as always. */
export const scaledCloud: CloudBehaviour = {
  ...typicalCloud,
  vmAllocatedMs: 5_000 * TIME_SCALE,
  vmBootedMs: 35_000 * TIME_SCALE,
  poolReadyMs: 50_000 * TIME_SCALE,
  deletionMs: 25_000 * TIME_SCALE,
  abortMs: typicalCloud.abortMs * TIME_SCALE,
  operationFailureMs: typicalCloud.operationFailureMs * TIME_SCALE,
  // Its own requests per minute are those of real minutes.
  isThrottled: false,
};

/** The cluster at the same scale, but for what its own controllers take. */
export const scaledCluster: ClusterBehaviour = scaled(typicalCluster);

function scaled(behaviour: ClusterBehaviour): ClusterBehaviour {
  const { controllerMs, schedulingMs, crashesShown, ...spans } = behaviour;
  return {
    controllerMs,
    schedulingMs,
    crashesShown,
    nodeRegisteredMs: spans.nodeRegisteredMs * TIME_SCALE,
    nodeReadyMs: spans.nodeReadyMs * TIME_SCALE,
    devicePluginMs: spans.devicePluginMs * TIME_SCALE,
    nodeUnknownMs: spans.nodeUnknownMs * TIME_SCALE,
    nodeGoneMs: spans.nodeGoneMs * TIME_SCALE,
    evictionMs: spans.evictionMs * TIME_SCALE,
    podCollectionMs: spans.podCollectionMs * TIME_SCALE,
    imagePullMs: spans.imagePullMs * TIME_SCALE,
    containerStartMs: spans.containerStartMs * TIME_SCALE,
    containerReadyMs: spans.containerReadyMs * TIME_SCALE,
    terminationMs: spans.terminationMs * TIME_SCALE,
    crashBackoffMs: spans.crashBackoffMs * TIME_SCALE,
  };
}
