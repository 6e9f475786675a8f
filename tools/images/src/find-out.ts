import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { prepare } from '@kaito/local-cloud';
import type { Progress, localPaths } from '@kaito/local-cloud';

import type { BuildPlan, BuiltImage } from './build.ts';
import type { Check } from './checks.ts';
import { examine } from './examine.ts';
import type { Examined } from './examine.ts';
import { measureStarts } from './measure/starts.ts';
import { startSurroundings } from './measure/surroundings.ts';
import type { Options } from './options.ts';
import type { Finding } from './report.ts';
import { during } from './tell.ts';
import { kubeconfigRefusal } from './verify/kubeconfig-refusal.ts';

const RUNS = 5;

export interface Task {
  readonly options: Options;
  readonly paths: ReturnType<typeof localPaths>;
  readonly progress: Progress;
  readonly isRootless: boolean;
}

export interface BuiltTwice {
  readonly built: BuiltImage;
  readonly isSame: Check;
}

/** Unpacks the images, looks at each and starts it. */
export async function findOut(
  built: readonly BuiltTwice[],
  { plan, work, output }: { readonly plan: BuildPlan; readonly work: string; readonly output: string },
  { isRootless, paths, progress }: Task,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const options = { work, output, provenance: plan.provenance, isOwnBase: plan.base.isOwn, isRootless };
  progress.line('looking at them, and starting each');
  const examined = await during(progress, ['looked at'], async () => {
    const all: (BuiltTwice & { readonly examined: Examined })[] = [];
    for (const one of built) {
      all.push({ ...one, examined: await examine(one.built, options, signal) });
    }
    return all;
  });
  const prepared = await prepare(paths, undefined, progress, signal);
  const directory = path.join(work, 'surroundings');
  await mkdir(directory);
  const surroundings = await during(progress, ['control plane'], async () =>
    startSurroundings({ ...prepared, directory }, signal),
  );
  try {
    const findings: Finding[] = [];
    for (const { built: image, examined: one, isSame } of examined) {
      const { checks, starts } = await during(progress, [`${RUNS} starts`, image.image.name], async () =>
        measureStarts(one.runnable, surroundings, RUNS, signal),
      );
      const refusal =
        image.image.besideBundle.length === 0 ? [await kubeconfigRefusal(one.runnable, surroundings)] : [];
      findings.push({ built: image, examined: one, starts, checks: [isSame, ...one.checks, ...checks, ...refusal] });
    }
    return findings;
  } finally {
    await surroundings.stop();
  }
}
