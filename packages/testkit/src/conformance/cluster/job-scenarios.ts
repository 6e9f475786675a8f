import { jobs } from '../../cluster/kinds.ts';
import type { Play } from './deployment-scenarios.ts';

/** Work that ends. No scheduler takes part, and no Node comes or goes: others may play at the same time. */
export const jobScenarios: Readonly<Record<string, Play>> = {
  'a Job is complete when its pod has succeeded': async (stage) => {
    await stage.makeJob();
    await stage.look();
    await stage.runPods();
    await stage.look();
    await stage.endPods('Succeeded');
    await stage.look();
  },
  'a Job runs so many pods at once, and so many in all': async (stage) => {
    await stage.makeJob({ parallelism: 2, completions: 3 });
    await stage.look();
    await stage.endPods('Succeeded', 1);
    await stage.look();
    await stage.endPods('Succeeded');
    await stage.look();
  },
  'a Job fails when too many of its pods have': async (stage) => {
    await stage.makeJob({ backoffLimit: 0 });
    await stage.look();
    await stage.endPods('Failed');
    await stage.look();
  },
  'a Job tries again a while after its pod has failed': async (stage) => {
    await stage.makeJob({ backoffLimit: 1 });
    await stage.look();
    await stage.endPods('Failed');
    await stage.look({ afterMs: 10_000 });
    await stage.endPods('Failed');
    await stage.look();
  },
  'a Job that fails stops the pods that still run': async (stage) => {
    await stage.makeJob({ parallelism: 2, completions: 2, backoffLimit: 0 });
    await stage.look();
    await stage.runPods();
    await stage.look();
    await stage.endPods('Failed', 1);
    await stage.look();
    await stage.stopPods();
    await stage.look();
  },
  'a Job takes its pods along': async (stage) => {
    await stage.makeJob();
    await stage.look();
    await stage.runPods();
    await stage.look();
    await stage.delete(jobs);
    await stage.look();
    await stage.stopPods();
    await stage.look();
  },
};
