import path from 'node:path';

import { ask } from './ask.ts';
import type { Kubectl } from './kubectl-run.ts';
import type { LocalCluster } from './local-cluster.ts';
import type { WorkspaceName } from './manifests.ts';
import type { StartOptions } from './options.ts';
import type { Progress } from './progress.ts';
import { serviceUrl } from './service-url.ts';
import { ClusterView, watchJourney } from './watch-journey.ts';

export interface Session {
  readonly cluster: LocalCluster;
  readonly kubectl: Kubectl;
  readonly progress: Progress;
  readonly options: StartOptions;
  readonly workspaces: readonly WorkspaceName[];
}

/** Applies the manifests, shows each Workspace's way to Ready, and lets each answer the prompt. */
export async function runSession(session: Session, signal: AbortSignal): Promise<void> {
  const { cluster, kubectl, options, workspaces } = session;
  const view = new ClusterView(cluster.kubernetes);
  const watching = new AbortController();
  const run = view.run(AbortSignal.any([signal, watching.signal]));
  try {
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
  const { kubectl, progress } = session;
  const { namespace, name } = workspace;
  progress.line(`\nWorkspace ${name}`);
  try {
    await watchJourney(view, workspace, progress, signal);
  } finally {
    if (!signal.aborted) {
      progress.line(`\n${(await kubectl(['get', 'workspace', name, '-n', namespace], signal)).trimEnd()}\n`);
    }
  }
  await answer(session, workspace, signal);
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
