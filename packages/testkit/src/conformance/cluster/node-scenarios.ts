import type { Play } from './deployment-scenarios.ts';

const NOW_GONE = { key: 'maintenance', value: 'now', effect: 'NoExecute' };

/** What becomes of pods when their node is not well, or is not there. */
export const nodeScenarios: Readonly<Record<string, Play>> = {
  'a node of which nothing is heard takes the readiness from its pods': async (stage) => {
    await stage.makeNode('a');
    await stage.makePod({});
    await stage.look();
    await stage.runPods();
    await stage.look();
    await stage.silence('a');
    await stage.look({ afterMs: 15_000 });
  },
  'a node that says itself that it is not Ready keeps its pods as they are': async (stage) => {
    await stage.makeNode('a');
    await stage.makePod({});
    await stage.look();
    await stage.runPods();
    await stage.look();
    await stage.report('a', 'False');
    await stage.look();
    await stage.report('a', 'True');
    await stage.look();
  },
  'a pod that bears no node that is not Ready goes at once': async (stage) => {
    const toleration = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' };
    await stage.makeNode('a');
    await stage.makePod({ pod: { tolerations: [{ ...toleration, tolerationSeconds: 0 }] } });
    await stage.look();
    await stage.runPods();
    await stage.look();
    await stage.report('a', 'False');
    await stage.look();
  },
  'a Deployment moves from a node that is not Ready to one that is': async (stage) => {
    const toleration = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' };
    await stage.makeNode('a');
    await stage.comesUp(stage.deploy({ pod: { tolerations: [{ ...toleration, tolerationSeconds: 0 }] } }));
    await stage.makeNode('b');
    await stage.report('a', 'False');
    await stage.look();
    await stage.runPods();
    await stage.look();
  },
  'a taint drives out whoever does not tolerate it': async (stage) => {
    await stage.makeNode('a');
    await stage.makePod({});
    await stage.look();
    await stage.runPods();
    await stage.look();
    await stage.taint('a', [NOW_GONE]);
    await stage.look();
    await stage.stopPods();
    await stage.look();
  },
  'a taint leaves whoever tolerates it': async (stage) => {
    await stage.makeNode('a');
    await stage.makePod({ pod: { tolerations: [{ ...NOW_GONE, operator: 'Equal' }] } });
    await stage.look();
    await stage.runPods();
    await stage.look();
    await stage.taint('a', [NOW_GONE]);
    await stage.look();
  },
  'a node that is deleted leaves its pods for a while': async (stage) => {
    await stage.makeNode('a');
    await stage.comesUp(stage.deploy());
    await stage.deleteNode('a');
    await stage.look();
  },
};
