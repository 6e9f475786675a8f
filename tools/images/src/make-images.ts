import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import type { Progress } from '@kaito/local-cloud';

import { chooseBase, installedNodeVersion } from './base/base.ts';
import type { Base } from './base/base.ts';
import { buildAll } from './build.ts';
import type { BuildPlan } from './build.ts';
import { Buildah } from './buildah.ts';
import { check, tally } from './checks.ts';
import type { Check } from './checks.ts';
import { provenance } from './provenance.ts';
import { findOut } from './find-out.ts';
import type { BuiltTwice, Task } from './find-out.ts';
import { pushImages } from './push/push-images.ts';
import type { PushOptions } from './push/push-images.ts';
import { report } from './report.ts';
import type { Finding } from './report.ts';

/** Builds, examines, starts and, where asked to, pushes the images; gives how many checks passed and failed. */
export async function makeImages(task: Task, signal: AbortSignal): Promise<ReturnType<typeof tally>> {
  const { options, paths, progress } = task;
  const { repository } = paths;
  const output = path.join(repository, 'dist/images');
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  const work = await mkdtemp(path.join(tmpdir(), 'kaito-images-'));
  try {
    const nodeVersion = await installedNodeVersion(repository);
    const base = await chooseBase(options.base, nodeVersion);
    progress.line(`base: ${base.name} (${base.reason})`);
    const facts = await provenance(repository, process.env);
    const plan: BuildPlan = { repository, provenance: facts, base, nodeVersion, cache: paths.cache };
    const buildah = new Buildah(path.join(work, 'buildah'), signal);
    const layout = path.join(output, 'oci');
    const built = await buildTwice(buildah, { plan, work, layout }, task, signal);
    const findings = await findOut(built, { plan, work, output }, task, signal);
    const checks = findings.flatMap((finding) => finding.checks);
    show(progress, findings, base);
    if (options.push !== undefined) {
      checks.push(
        ...(await push(findings, checks, { layout, registry: options.push, provenance: facts, progress }, signal)),
      );
    }
    return tally(checks);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
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

function show(progress: Progress, findings: readonly Finding[], base: Base): void {
  for (const { built, checks } of findings) {
    progress.line(`\n${built.name}`);
    for (const { name, problem } of checks) {
      progress.line(problem === '' ? `  ok    ${name}` : `  FAIL  ${name}: ${problem}`);
    }
  }
  progress.line(`\n${report(findings, base)}`);
}

async function push(
  findings: readonly Finding[],
  checks: readonly Check[],
  options: Omit<PushOptions, 'dockerConfig'>,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  if (tally(checks).failed > 0) {
    options.progress.line('\nnot pushed, since a check has failed');
    return [];
  }
  const dockerConfig = process.env['DOCKER_CONFIG'] ?? path.join(homedir(), '.docker');
  return pushImages(findings, { ...options, dockerConfig }, signal);
}
