import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

import { prepare } from '@kaito/local-cloud';
import type { Progress, localPaths } from '@kaito/local-cloud';

import { chooseBase, installedNodeVersion } from './base/base.ts';
import type { Base } from './base/base.ts';
import { buildAll } from './build.ts';
import type { BuildPlan, BuiltImage } from './build.ts';
import { Buildah } from './buildah.ts';
import { check, tally } from './checks.ts';
import type { Check } from './checks.ts';
import { contextDirectory, makeContext } from './context/image-context.ts';
import { examine } from './examine.ts';
import type { Examined } from './examine.ts';
import { IMAGES } from './image.ts';
import { measureStarts } from './measure/starts.ts';
import { startSurroundings } from './measure/surroundings.ts';
import type { Options } from './options.ts';
import { provenance } from './provenance.ts';
import { pushAll } from './push.ts';
import { report } from './report.ts';
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

/** Builds, examines, starts and, where asked to, pushes the images; gives how many checks passed and failed. */
export async function makeImages(task: Task, signal: AbortSignal): Promise<ReturnType<typeof tally>> {
  const { options, paths, progress } = task;
  const { repository } = paths;
  const output = path.join(repository, 'dist/images');
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  const work = await mkdtemp(path.join(output, 'work-'));
  try {
    const nodeVersion = await installedNodeVersion(repository);
    const base = await chooseBase(options.base, nodeVersion);
    progress.line(`base: ${base.name} (${base.reason})`);
    const facts = await provenance(repository, process.env);
    const plan: BuildPlan = { repository, provenance: facts, base, nodeVersion, cache: paths.cache };
    const buildah = new Buildah(path.join(work, 'buildah'), signal);
    const built = await buildTwice(buildah, { plan, work, layout: path.join(output, 'oci') }, task, signal);
    const findings = await findOut(built, { plan, work, output }, task, signal);
    const checks = findings.flatMap((finding) => finding.checks);
    show(progress, findings, base);
    if (options.push !== undefined) {
      checks.push(...(await pushAll(findings, { buildah, registry: options.push, work, checks }, progress)));
    }
    return tally(checks);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Leaves only what the Containerfiles copy from. */
export async function makeContexts({
  paths: { repository },
  progress,
}: Pick<Task, 'paths' | 'progress'>): Promise<void> {
  const facts = await provenance(repository, process.env);
  for (const image of IMAGES) {
    const directory = contextDirectory(image, repository);
    await makeContext(image, directory, { repository, provenance: facts });
    progress.line(path.relative(repository, directory));
  }
}

interface BuiltTwice {
  readonly built: BuiltImage;
  readonly isSame: Check;
}

async function buildTwice(
  buildah: Buildah,
  { plan, work, layout }: { readonly plan: BuildPlan; readonly work: string; readonly layout: string },
  { progress }: Task,
  signal: AbortSignal,
): Promise<readonly BuiltTwice[]> {
  progress.line('building');
  const first = await buildAll(buildah, plan, { work: path.join(work, 'first'), layout }, { progress, signal });
  progress.line('building again, to compare');
  const folders = { work: path.join(work, 'second'), layout: path.join(work, 'second-layout') };
  const second = await buildAll(buildah, plan, folders, { progress, signal });
  await rm(folders.work, { recursive: true });
  await rm(folders.layout, { recursive: true });
  return first.map((built, index) => {
    const [one, other] = [built.layout.digest, second[index]?.layout.digest];
    return { built, isSame: check('two builds, one digest', one === other, `${one} and ${other ?? 'none'}`) };
  });
}

async function findOut(
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

function show(progress: Progress, findings: readonly Finding[], base: Base): void {
  for (const { built, checks } of findings) {
    progress.line(`\n${built.name}`);
    for (const { name, problem } of checks) {
      progress.line(problem === '' ? `  ok    ${name}` : `  FAIL  ${name}: ${problem}`);
    }
  }
  progress.line(`\n${report(findings, base)}`);
}
