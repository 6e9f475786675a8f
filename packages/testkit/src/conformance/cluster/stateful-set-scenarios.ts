import { statefulSets } from '../../cluster/kinds.ts';
import type { Play } from './deployment-scenarios.ts';

/** The numbered pods of a StatefulSet. */
export const statefulSetScenarios: Readonly<Record<string, Play>> = {
  'a StatefulSet makes its pods in order, each when the one before is ready': async (stage) => {
    await stage.makeNode('a');
    await stage.comesUp(stage.makeStatefulSet({ replicas: 2 }));
    await stage.runPods();
    await stage.look();
  },
  'a StatefulSet makes its pods at once, where it may': async (stage) => {
    await stage.makeStatefulSet({ replicas: 2, policy: 'Parallel' });
    await stage.look();
  },
  'a StatefulSet shrinks from above': async (stage) => {
    await stage.makeNode('a');
    await stage.comesUp(stage.makeStatefulSet({ replicas: 3, policy: 'Parallel' }));
    await stage.scale(1, statefulSets);
    await stage.look();
    await stage.stopPods();
    await stage.look();
  },
  'a StatefulSet makes a pod again under its name, once the old one is gone': async (stage) => {
    await stage.makeNode('a');
    await stage.comesUp(stage.makeStatefulSet({ replicas: 1 }));
    await stage.deletePod();
    await stage.look();
    await stage.stopPods();
    await stage.look();
  },
  'a StatefulSet renews its pods from above': async (stage) => {
    await stage.makeNode('a');
    await stage.comesUp(stage.makeStatefulSet({ replicas: 2, policy: 'Parallel' }));
    await stage.updateStatefulSet({ image: 'server:2' });
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
  'a StatefulSet renews what never came up first': async (stage) => {
    await stage.makeNode('a');
    await stage.makeStatefulSet({ replicas: 2, policy: 'Parallel' });
    await stage.look();
    await stage.runPods(1);
    await stage.look();
    await stage.updateStatefulSet({ image: 'server:2' });
    await stage.look();
    await stage.stopPods();
    await stage.look();
  },
  'a StatefulSet in order waits for what is not ready before it renews': async (stage) => {
    await stage.makeNode('a');
    await stage.comesUp(stage.makeStatefulSet({ replicas: 2 }));
    await stage.updateStatefulSet({ image: 'server:2' });
    await stage.look();
    await stage.runPods();
    await stage.look();
  },
  'a StatefulSet renews nothing by itself, where it may not': async (stage) => {
    await stage.makeNode('a');
    await stage.comesUp(stage.makeStatefulSet({ replicas: 1, spec: { updateStrategy: { type: 'OnDelete' } } }));
    await stage.updateStatefulSet({ image: 'server:2' });
    await stage.look();
    await stage.deletePod();
    await stage.look();
    await stage.stopPods();
    await stage.look();
  },
  'a StatefulSet makes the pods of a new template together, once all old ones were deleted': async (stage) => {
    const spec = { updateStrategy: { type: 'OnDelete' } };
    await stage.makeNode('a');
    await stage.comesUp(stage.makeStatefulSet({ replicas: 2, policy: 'Parallel', spec }));
    await stage.updateStatefulSet({ image: 'server:2' });
    await stage.look();
    await stage.deletePods();
    await stage.look();
    await stage.stopPods();
    await stage.look();
    await stage.runPods();
    await stage.look();
  },
  'a StatefulSet makes a pod of the new template, when one of the old is gone, and leaves the others': async (
    stage,
  ) => {
    const spec = { updateStrategy: { type: 'OnDelete' } };
    await stage.makeNode('a');
    await stage.comesUp(stage.makeStatefulSet({ replicas: 2, policy: 'Parallel', spec }));
    await stage.deletePod();
    await stage.look();
    await stage.updateStatefulSet({ image: 'server:2' });
    await stage.look();
    await stage.stopPods();
    await stage.look();
    await stage.runPods();
    await stage.look();
  },
  'a StatefulSet replaces a pod that has failed': async (stage) => {
    await stage.makeNode('a');
    await stage.makeStatefulSet({ replicas: 1 });
    await stage.look();
    await stage.endPods('Failed');
    await stage.look();
  },
  'a StatefulSet takes its pods along': async (stage) => {
    await stage.makeStatefulSet({ replicas: 2, policy: 'Parallel' });
    await stage.look();
    await stage.delete(statefulSets);
    await stage.look();
  },
};
