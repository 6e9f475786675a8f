import { deployments, pods } from '../../cluster/kinds.ts';
import type { Stage } from './stage.ts';

export type Play = (stage: Stage) => Promise<void>;

/** One Deployment, from its first pod to its last. */
export const deploymentScenarios: Readonly<Record<string, Play>> = {
  'a Deployment makes a ReplicaSet, and it the pods': async (stage) => {
    await stage.deploy({ replicas: 2 });
    await stage.look();
  },
  'a Deployment is available when its pods are ready': async (stage) => {
    await stage.makeNode('a');
    await stage.deploy({ replicas: 2 });
    await stage.look();
    await stage.runPods(1);
    await stage.look();
    await stage.runPods();
    await stage.look();
  },
  'a Deployment grows and shrinks': async (stage) => {
    await stage.makeNode('a');
    await stage.comesUp(stage.deploy({ replicas: 1 }));
    await stage.scale(3);
    await stage.look();
    await stage.scale(1);
    await stage.look();
    await stage.stopPods();
    await stage.look();
    await stage.scale(0);
    await stage.look();
    await stage.stopPods();
    await stage.look();
  },
  'a new template replaces pods one by one': async (stage) => {
    await stage.makeNode('a');
    await stage.comesUp(stage.deploy({ replicas: 2 }));
    await stage.redeploy({ replicas: 2, image: 'server:2' });
    await stage.look();
    await stage.stopPods();
    await stage.look();
    await stage.runPods();
    await stage.look();
    await stage.stopPods();
    await stage.look();
    await stage.runPods();
    await stage.look();
  },
  'a new template replaces first what never came up': async (stage) => {
    await stage.deploy({ replicas: 2 });
    await stage.look();
    await stage.redeploy({ replicas: 2, image: 'server:2' });
    await stage.look();
  },
  'a new template takes a quarter more and a quarter less where nobody says': async (stage) => {
    await stage.makeNode('a');
    const options = { replicas: 4, spec: { strategy: { type: 'RollingUpdate' } } };
    await stage.comesUp(stage.deploy(options));
    await stage.redeploy({ ...options, image: 'server:2' });
    await stage.look();
    await stage.runPods();
    await stage.look();
    await stage.stopPods();
    await stage.look();
  },
  'a new template waits until all is gone, where it is to be recreated': async (stage) => {
    await stage.makeNode('a');
    const spec = { strategy: { type: 'Recreate', rollingUpdate: null } };
    await stage.comesUp(stage.deploy({ spec: { strategy: { type: 'Recreate' } } }));
    await stage.redeploy({ image: 'server:2', spec });
    await stage.look();
    await stage.stopPods();
    await stage.look();
    await stage.runPods();
    await stage.look();
  },
  'an old template that comes back is the latest revision': async (stage) => {
    await stage.deploy();
    await stage.look();
    await stage.redeploy({ image: 'server:2' });
    await stage.look();
    await stage.redeploy();
    await stage.look();
  },
  'a pod that somebody deletes is made again at once': async (stage) => {
    await stage.makeNode('a');
    await stage.comesUp(stage.deploy());
    await stage.deletePod();
    await stage.look();
    await stage.stopPods();
    await stage.look();
  },
  'a pod that has failed is replaced and stays': async (stage) => {
    await stage.makeNode('a');
    await stage.deploy();
    await stage.look();
    await stage.endPods('Failed');
    await stage.look();
  },
  'a pod that nobody controls is let be': async (stage) => {
    await stage.makePod({});
    await stage.look();
    await stage.delete(pods);
    await stage.look();
  },
  'a shrinking Deployment gives up what is not ready': async (stage) => {
    await stage.makeNode('a', { gpus: 1 });
    await stage.comesUp(stage.deploy({ replicas: 2, gpus: 1 }));
    await stage.scale(1);
    await stage.look();
  },
  'a Deployment takes its ReplicaSets and pods along': async (stage) => {
    await stage.deploy({ replicas: 2 });
    await stage.look();
    await stage.delete(deployments);
    await stage.look();
  },
};
