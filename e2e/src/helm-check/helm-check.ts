import type { Progress } from '@kaito/local-cloud';

import { chartsAsFiles } from './charts-as-files.ts';
import { Installation } from './installation.ts';
import { readableLog } from './readable-log.ts';
import { installSteps, upgradeSteps } from './release-steps.ts';
import { Steps } from './steps.ts';
import type { Subject } from './steps.ts';
import { customKindSteps } from './custom-kind-steps.ts';
import { removalSteps, workspaceSteps } from './workspace-steps.ts';
import type { HelmWorld } from './world.ts';

const LAST_LINES = 12;

/** Every step, with a line for each, and the count at the end; how many failed. */
export async function helmCheck(world: HelmWorld, progress: Progress, signal: AbortSignal): Promise<number> {
  const started = performance.now();
  const { cluster, helm } = world;
  const { stdout: version } = await helm(['version', '--short'], signal);
  progress.line(
    `helm ${version.trim()}, control plane at ${cluster.controlPlane.server}, registry ${world.registry.host}`,
  );
  const lastWords = async ({ namespace, selector }: Subject, until: AbortSignal): Promise<string> => {
    const about = ['-n', namespace, '-l', selector];
    const pods = await world.kubectl(['get', 'pods', ...about], until);
    const logs = ['logs', ...about, '--all-containers', '--prefix', '--ignore-errors', `--tail=${LAST_LINES}`];
    return `${pods}${readableLog(await world.kubectl(logs, until))}`;
  };
  const steps = new Steps({ progress, signal, lastWords });
  await chapters(steps, world);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  progress.line(`\ntook ${seconds} s`);
  for (const name of steps.failed) {
    progress.line(`failed: ${name}`);
  }
  progress.line(`${steps.passed} passed, ${steps.failed.length} failed`);
  return steps.failed.length;
}

async function chapters(steps: Steps, world: HelmWorld): Promise<void> {
  const charts = await steps.chapter('Charts as files', async () => chartsAsFiles(steps, world));
  if (charts === undefined) {
    return;
  }
  const installation = new Installation(world, charts);
  const isInstalled = await steps.chapter('Installation', async () => installSteps(steps, installation));
  if (isInstalled === true) {
    await steps.chapter('Changes', async () => upgradeSteps(steps, installation));
    const isWorkspaceGone = await steps.chapter("A Workspace under the charts' rights", async () =>
      workspaceSteps(steps, installation),
    );
    await steps.chapter('Removal', async () => removalSteps(steps, installation));
    if (isWorkspaceGone === true) {
      await steps.chapter('CRDs that somebody else owns', async () => customKindSteps(steps, installation));
    }
  }
}
