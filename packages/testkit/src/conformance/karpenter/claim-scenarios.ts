import { annotations } from '@kaito/types';

import type { KarpenterScript } from './karpenter-script.ts';

export type KarpenterPlay = (script: KarpenterScript) => Promise<void>;

const GPU_TAINT = { key: 'sku', value: 'gpu', effect: 'NoSchedule' };
const AGENT_TAINT = { key: 'example.com/agent', effect: 'NoSchedule' };

/** NodeClaims from whoever makes them, up to their end. */
export const claimScenarios: Readonly<Record<string, KarpenterPlay>> = {
  'a claim becomes ready with a Node that bears its labels, annotations and taints': async (script) => {
    await script.claim('a', {
      labels: { 'example.com/team': 'blue' },
      annotations: { [annotations.doNotDisrupt]: 'true' },
      taints: [GPU_TAINT],
      expireAfter: 'Never',
    });
    await script.look();
  },
  'a claim is not ready before its start-up taints have gone': async (script) => {
    await script.claim('a', { startupTaints: [AGENT_TAINT] });
    await script.look();
    await script.untaintNodeOf('a', AGENT_TAINT.key);
    await script.look();
  },
  'a deleted claim takes its Node along': async (script) => {
    await script.claim('a');
    await script.claim('b');
    await script.look();
    await script.deleteClaim('a');
    await script.look();
  },
  'a deleted claim and its Node stay until the pods have left': async (script) => {
    await script.claim('a', { taints: [GPU_TAINT] });
    await script.look();
    await script.podOn('a', 'easy');
    await script.podOn('a', 'stubborn', { [annotations.doNotDisrupt]: 'true' });
    await script.deleteClaim('a');
    await script.look();
    await script.deletePod('stubborn');
    await script.look();
  },
  'a budget of the pods holds a deleted claim up': async (script) => {
    await script.claim('a');
    await script.look();
    await script.budgetFor('budgeted');
    await script.podOn('a', 'budgeted');
    await script.podOn('a', 'easy');
    await script.look();
    await script.deleteClaim('a');
    await script.look();
    await script.deleteBudgetOf('budgeted');
    await script.look();
  },
  'a Node that somebody deletes takes its claim along, once its pods have left': async (script) => {
    await script.claim('a');
    await script.look();
    await script.podOn('a', 'stubborn', { [annotations.doNotDisrupt]: 'true' });
    await script.deleteNodeOf('a');
    await script.look();
    await script.deletePod('stubborn');
    await script.look();
  },
  'a claim stays ready when its Node is not ready any more': async (script) => {
    await script.claim('a');
    await script.look();
    await script.silenceNodeOf('a');
    await script.look();
    // By the time that another is ready, the first has been seen.
    await script.claim('b');
    await script.look();
  },
  'a claim of a size that there is not stays, and says that it could not be launched': async (script) => {
    await script.claim('a', { size: 'Standard_None' });
    await script.look();
    await script.deleteClaim('a');
    await script.look();
  },
  'a claim for which there is no capacity goes, and an event says why': async (script) => {
    await script.claim('a', { nodeClass: { name: 'absent' } });
    await script.look();
  },
  "a claim of somebody else's class is left alone": async (script) => {
    await script.claim('a', { nodeClass: { group: 'kaito.sh', kind: 'KaitoNodeClass' } });
    await script.claim('b');
    await script.look();
  },
};
