import { apiServerClient } from '../../api-server/api-server-client.ts';
import { ApiServer } from '../../api-server/api-server.ts';
import { GarbageCollector } from '../../api-server/garbage-collector.ts';
import { ClusterModel } from '../../cluster/cluster-model.ts';
import { Karpenter } from '../../karpenter/karpenter.ts';
import { VirtualTime } from '../../time/virtual-time.ts';
import { createNamespace } from '../api/create-namespace.ts';
import type { KarpenterDriver } from './karpenter-driver.ts';

/** Long for everybody. */
const REST_MS = 10_000;
const SECOND_MS = 1_000;
const LAUNCH_MS = 100;
const OWN = 'model';

/** The model, with the kubelets of the machines that it starts. */
export async function modelKarpenter(): Promise<KarpenterDriver> {
  const schedule = new VirtualTime();
  const server = new ApiServer({ now: () => schedule.now() });
  const { vms } = new Karpenter(server, schedule, { launchMs: LAUNCH_MS, hasCapacity: true });
  const behaviour = {
    nodeReadyMs: SECOND_MS,
    nodeUnknownMs: SECOND_MS,
    imagePullMs: 0,
    containerReadyMs: SECOND_MS,
    terminationMs: SECOND_MS,
  };
  const cluster = new ClusterModel({ server, schedule, behaviour, vms });
  GarbageCollector.start(server, schedule);
  const kubernetes = apiServerClient(server);
  await createNamespace(kubernetes, OWN);
  return {
    kubernetes,
    own: OWN,
    rest: async (project) => {
      schedule.advance(REST_MS);
      return project();
    },
    silence: async (nodeName) => {
      cluster.silence(nodeName);
    },
  };
}
