import type { Play } from './life-scenarios.ts';

/** Calls of which the caller never hears whether they were done. */
export const replyScenarios: Readonly<Record<string, Play>> = {
  'a creation is done though its reply is lost': async (script) => {
    await script.cloud.cutNext('create', 'after');
    await script.create('ws1');
    await script.create('ws1');
    await script.cloud.until('ws1', 'Ready');
    await script.list();
  },
  'a creation is not done when the cloud has not heard of it': async (script) => {
    await script.cloud.cutNext('create', 'before');
    await script.create('ws1');
    await script.list();
    await script.create('ws1');
    await script.cloud.until('ws1', 'Ready');
  },
  'a deletion is done though its reply is lost': async (script) => {
    await script.ready('ws1');
    await script.cloud.cutNext('delete', 'after');
    await script.delete('ws1');
    await script.cloud.until('ws1', 'Gone');
    await script.delete('ws1');
    await script.list();
  },
  'a deletion is not done when the cloud has not heard of it': async (script) => {
    await script.ready('ws1');
    await script.cloud.cutNext('delete', 'before');
    await script.delete('ws1');
    await script.get('ws1');
    await script.delete('ws1');
    await script.cloud.until('ws1', 'Gone');
  },
};
