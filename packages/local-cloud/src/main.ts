import path from 'node:path';
import process from 'node:process';

import { prepareGoTools } from './go-tools/prepare-go-tools.ts';
import { LocalCloudError } from './local-cloud-error.ts';
import { kubectlWith } from './start/kubectl-run.ts';
import { startLocalCluster } from './start/local-cluster.ts';
import { workspacesIn } from './start/manifests.ts';
import { HELP, startOptions } from './start/options.ts';
import type { StartOptions } from './start/options.ts';
import { paths as pathsFrom } from './start/paths.ts';
import type { Paths } from './start/paths.ts';
import { prepare } from './start/prepare.ts';
import { Progress, screenOf } from './start/progress.ts';
import { runScenario } from './start/scenarios/run-scenario.ts';
import { runSession } from './start/session.ts';
import type { Session } from './start/session.ts';

/** `npm start`: a whole cluster on this machine, a Workspace in it, and its answer. */
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted.abort();
  });
}
const progress = new Progress(screenOf(process.stdout));

try {
  const paths = pathsFrom(process.env);
  const options = startOptions(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd(), paths.repository);
  if (options.isHelp) {
    process.stdout.write(HELP);
  } else {
    await start(options, interrupted.signal);
  }
} catch (error) {
  process.exitCode = exitCode(error);
}

async function start(options: StartOptions, signal: AbortSignal): Promise<void> {
  const paths = pathsFrom(process.env);
  const workspaces = await workspacesIn(options.manifests);
  progress.line('Kaito on this machine: real control plane, simulated Azure, small stand-in model');
  progress.line(`Nodes: ${options.provisioner.about}`);
  const { binaries, modelFile } = await prepare(paths, options.modelFile, progress, signal);
  const karpenter = await karpenterFor(options, paths, signal);
  const started = performance.now();
  const cluster = await startLocalCluster(
    {
      paths,
      binaries,
      modelFile,
      provisioner: options.provisioner,
      karpenter,
      timeScale: options.timeScale,
      apiServerPort: options.apiServerPort,
      onRestart: (program, why) => {
        progress.line(`  ! ${program} ${why} and is started again; see ${path.join('.local/log', `${program}.log`)}`);
      },
    },
    signal,
  );
  try {
    progress.step('cluster', cluster.controlPlane.server, performance.now() - started);
    const kubectl = kubectlWith(binaries.kubectl, path.join(paths.state, 'kubeconfig'));
    const session = { cluster, kubectl, progress, options, workspaces };
    await (options.isOnce ? runOnce(session, signal) : stayUp(session, signal));
  } finally {
    progress.waiting('stopping');
    await cluster.stop();
    progress.line('stopped');
  }
}

async function karpenterFor(
  { provisioner }: StartOptions,
  paths: Paths,
  signal: AbortSignal,
): Promise<string | undefined> {
  const tools = provisioner.nodesBy === 'karpenter' ? (['karpenter-kwok'] as const) : [];
  return (await prepareGoTools(tools, paths, progress, signal)).get('karpenter-kwok');
}

async function runOnce(session: Session, signal: AbortSignal): Promise<void> {
  const { scenario } = session.options;
  await (scenario === undefined ? runSession(session, signal) : runScenario(scenario, session, signal));
}

/** A Workspace that cannot become ready is shown, and the cluster stays up to look at it. */
async function stayUp(session: Session, signal: AbortSignal): Promise<void> {
  try {
    await runSession(session, signal);
  } catch (error) {
    if (!(error instanceof LocalCloudError)) {
      throw error;
    }
    progress.line(error.message);
  }
  const { claimKinds, nodesBy } = session.options.provisioner;
  const kinds = ['workspace', ...claimKinds, 'node', 'deploy', 'svc', 'pod'].join(',');
  progress.line(`\nrunning until Ctrl-C; in another terminal:\n  npm run kubectl -- get ${kinds}`);
  if (nodesBy === 'gpu-provisioner') {
    progress.line('  npm run cloud -- pools\n  npm run cloud -- log');
  }
  await new Promise<void>((resolve) => {
    const beat = setInterval(() => undefined, 60_000);
    signal.addEventListener(
      'abort',
      () => {
        clearInterval(beat);
        resolve();
      },
      { once: true },
    );
  });
}

/** Says why in one sentence; only what nobody foresaw comes with its stack. */
function exitCode(error: unknown): number {
  if (interrupted.signal.aborted) {
    return 130;
  }
  const text =
    error instanceof LocalCloudError
      ? error.message
      : `unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  process.stderr.write(`${text}\n`);
  return 1;
}
