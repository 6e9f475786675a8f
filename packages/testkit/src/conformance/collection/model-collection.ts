import { ApiServer } from '../../api-server/api-server.ts';
import { GarbageCollector } from '../../api-server/garbage-collector.ts';
import { modelApiServer } from '../api/model-api-server.ts';
import { VirtualTime } from '../../time/virtual-time.ts';
import type { CollectionDriver } from './collection-driver.ts';

export function modelCollection(namespace: string): CollectionDriver {
  const schedule = new VirtualTime();
  const server = new ApiServer({ now: () => schedule.now() });
  GarbageCollector.start(server, schedule);
  return {
    ...modelApiServer(namespace, server),
    rest: async (project) => {
      while (schedule.step()) {
        // the model has nothing else to do than to collect
      }
      return project();
    },
  };
}
