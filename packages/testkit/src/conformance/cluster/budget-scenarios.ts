import { deployments } from '../../cluster/kinds.ts';
import type { Play } from './deployment-scenarios.ts';

/** How many pods may go at once. */
export const budgetScenarios: Readonly<Record<string, Play>> = {
  'a budget counts what is healthy and what may go': async (stage) => {
    await stage.makeNode('a');
    await stage.makeBudget({ minAvailable: 1 });
    await stage.comesUp(stage.deploy({ replicas: 2 }));
  },
  'a budget of what may be missing asks the Deployment for its size': async (stage) => {
    await stage.makeNode('a');
    await stage.makeBudget({ maxUnavailable: 1 });
    await stage.deploy({ replicas: 3 });
    await stage.look();
    await stage.runPods(2);
    await stage.look();
    await stage.runPods();
    await stage.look();
  },
  'a budget is spent by an eviction, and refilled by the next pod that is ready': async (stage) => {
    await stage.makeNode('a');
    await stage.makeBudget({ minAvailable: 1 });
    await stage.comesUp(stage.deploy({ replicas: 2 }));
    await stage.evictPod();
    await stage.look();
    await stage.evictPod();
    await stage.look();
    await stage.stopPods();
    await stage.look();
    await stage.runPods();
    await stage.look();
  },
  'a budget of a share counts it up': async (stage) => {
    await stage.makeNode('a');
    await stage.makeBudget({ minAvailable: '50%' });
    await stage.comesUp(stage.makeStatefulSet({ replicas: 3, policy: 'Parallel' }));
  },
  'a budget of nothing allows nothing': async (stage) => {
    await stage.makeBudget({ maxUnavailable: 0 });
    await stage.look();
    await stage.deploy();
    await stage.look();
    await stage.delete(deployments);
    await stage.look();
  },
};
