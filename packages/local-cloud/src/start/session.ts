import path from 'node:path';

import { ask } from './ask.ts';
import { ClusterView } from './cluster-view.ts';
import type { Kubectl } from './kubectl-run.ts';
import type { LocalCluster } from './local-cluster.ts';
import type { AppliedWorkspace, WorkspaceName } from './manifests.ts';
import { milestonesWith } from './milestones.ts';
import type { StartOptions } from './options.ts';
import type { Progress } from './progress.ts';
import { bringNodes, broughtNodes } from './provisioners/brought-nodes.ts';
import { BRING_YOUR_OWN } from './provisioners/provisioner.ts';
import { serviceUrl } from './service-url.ts';
import { watchJourney } from './watch-journey.ts';
import { whoMade } from './who-made.ts';

export interface Session {
  readonly cluster: LocalCluster;
  readonly kubectl: Kubectl;
  readonly progress: Progress;
  readonly options: StartOptions;
  readonly workspaces: readonly AppliedWorkspace[];
}

/** Applies the manifests, shows each Workspace's way to Ready, and lets each answer the prompt. */
export async function runSession(session: Session, signal: AbortSignal): Promise<void> {
  const { cluster, kubectl, options, workspaces } = session;
  const view = new ClusterView(cluster.kubernetes, options.provisioner.claimKinds);
  const watching = new AbortController();
  const run = view.run(AbortSignal.any([signal, watching.signal]));
  try {
    if (options.provisioner === BRING_YOUR_OWN) {
      const brought = broughtNodes(session.workspaces);
      await bringNodes(cluster.kubernetes, brought, signal);
      session.progress.line(
        `\nBrought by npm start: ${brought.map(({ name, gpus }) => `Node ${name}, GPUs ${gpus}`).join('; ')}`,
      );
    }
    for (const file of options.manifests) {
      await kubectl(['apply', '-f', file], signal);
    }
    for (const workspace of workspaces) {
      await toAnswer(session, view, workspace, signal);
    }
  } finally {
    watching.abort();
    await run;
  }
}

async function toAnswer(
  session: Session,
  view: ClusterView,
  workspace: WorkspaceName,
  signal: AbortSignal,
): Promise<void> {
  const { kubectl, options, progress } = session;
  const { namespace, name } = workspace;
  progress.line(`\nWorkspace ${name}`);
  try {
    const milestones = milestonesWith(options.provisioner);
    await watchJourney(view, { workspace, milestones }, progress, signal);
  } finally {
    if (!signal.aborted) {
      progress.line(`\n${(await kubectl(['get', 'workspace', name, '-n', namespace], signal)).trimEnd()}\n`);
    }
  }
  await answer(session, workspace, signal);
  progress.line('\nWho made the node');
  for (const line of await whoMade(view.facts(workspace), kubectl, signal)) {
    progress.line(`  ${line}`);
  }
}

async function answer(
  { cluster, progress, options }: Session,
  workspace: WorkspaceName,
  signal: AbortSignal,
): Promise<void> {
  const url = `${await serviceUrl(cluster.wiring, { ...workspace, port: 80 })}/chat`;
  progress.line(`POST ${url}\n${options.prompt}`);
  progress.waiting('waiting for the answer');
  const { text, modelFile, modelDigest, tokens, tokensPerSecond } = await ask(url, options.prompt, signal);
  progress.line(`\n${text}\n`);
  progress.line(`${tokens} tokens at ${tokensPerSecond.toFixed(1)} tokens/s from ${modelFile}`);
  const standIn = path.basename(cluster.wiring.modelFile);
  progress.line(`sha256 ${modelDigest}: the stand-in model ${standIn}, not the preset's own weights`);
}
