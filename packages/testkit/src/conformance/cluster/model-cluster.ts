import { apiServerClient } from '../../api-server/api-server-client.ts';
import { ApiServer } from '../../api-server/api-server.ts';
import { GarbageCollector } from '../../api-server/garbage-collector.ts';
import { ClusterModel } from '../../cluster/cluster-model.ts';
import { VirtualTime } from '../../time/virtual-time.ts';
import { STEADY } from './cluster-driver.ts';
import type { ClusterDriver } from './cluster-driver.ts';
import { NodeActs } from './node-acts.ts';

/** Long for controllers, short for deadlines and back-offs. */
const REST_MS = 3_000;
const MOMENT_MS = 100;

const NO_VMS = { vms: () => [], exists: () => false, onChange: () => undefined };
/** No cloud's controller looks after Nodes here. */
const behaviour = { nodeUnknownMs: 1_000, nodeGoneMs: Infinity };

/** The model without VMs, and so without kubelets. */
export async function modelCluster(): Promise<ClusterDriver> {
  const schedule = new VirtualTime();
  const server = new ApiServer({ now: () => schedule.now() });
  const model = new ClusterModel({ server, schedule, behaviour, vms: NO_VMS });
  GarbageCollector.start(server, schedule);
  const kubernetes = apiServerClient(server);
  await new NodeActs(kubernetes, new AbortController().signal).register(STEADY);
  return {
    kubernetes,
    namespace: 'default',
    rest: async (project, { afterMs = 0 }) => {
      schedule.advance(afterMs + REST_MS);
      return project();
    },
    hear: async (ask) => {
      schedule.advance(REST_MS);
      return ask();
    },
    pass: async () => {
      schedule.advance(MOMENT_MS);
    },
    enliven: async () => undefined,
    silence: async (nodeName) => {
      model.silence(nodeName);
    },
  };
}
