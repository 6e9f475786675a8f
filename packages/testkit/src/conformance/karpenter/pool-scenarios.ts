import { annotations } from '@kaito/types';

import type { KarpenterPlay } from './claim-scenarios.ts';

/** Static NodePools: so many claims, as long as the pool is there. */
export const poolScenarios: Readonly<Record<string, KarpenterPlay>> = {
  'a NodePool has as many claims as replicas, each as its template says': async (script) => {
    await script.pool('pool', 1, {
      labels: { 'example.com/team': 'blue' },
      annotations: { [annotations.doNotDisrupt]: 'true' },
      taints: [{ key: 'sku', value: 'gpu', effect: 'NoSchedule' }],
      expireAfter: 'Never',
    });
    await script.look();
    await script.scale('pool', 2);
    await script.look();
    await script.scale('pool', 1);
    await script.look();
    await script.scale('pool', 0);
    await script.look();
  },
  'a claim that is deleted is made again by its NodePool': async (script) => {
    await script.pool('pool', 2);
    await script.look();
    await script.deleteClaimOf('pool');
    await script.look();
  },
  'a deleted NodePool goes, and its claims and Nodes after it': async (script) => {
    await script.pool('pool', 2);
    await script.look();
    await script.deletePool('pool');
    await script.look();
  },
  'a NodePool whose class is not there says so, and makes no claim': async (script) => {
    await script.pool('pool', 1, { nodeClass: { name: 'absent' } });
    await script.look();
  },
};
