import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { LocalCloudError } from '../../local-cloud-error.ts';
import { cloudScale, simulatorEndpoint } from '../program-options.ts';
import { bringNodes } from '../provisioners/brought-nodes.ts';
import { serviceUrl } from '../service-url.ts';
import type { Session } from '../session.ts';
import { ask } from '../ask.ts';
import { ClusterView } from '../cluster-view.ts';
import { CloudControl } from './cloud-control.ts';
import type { Scenario } from './scenario.ts';
import { ScenarioStage } from './scenario-stage.ts';
import type { StageParts } from './scenario-stage.ts';

/** Plays the story and holds its end against what is promised; fails when they differ. */
export async function runScenario(scenario: Scenario, session: Session, signal: AbortSignal): Promise<void> {
  const { cluster, kubectl, options, progress, workspaces } = session;
  const view = new ClusterView(cluster.kubernetes, options.provisioner.claimKinds);
  const watching = new AbortController();
  const run = view.run(AbortSignal.any([signal, watching.signal]));
  const caPem = await readFile(path.join(cluster.wiring.paths.state, 'ca.crt'), 'utf8');
  const cloud = new CloudControl({ endpoint: simulatorEndpoint(cluster.wiring), caPem });
  const { manifests, prompt, provisioner } = options;
  const parts: StageParts = {
    cloud,
    kubectl,
    progress,
    view,
    workspaces,
    manifests,
    provisioner,
    cloudScale: cloudScale(cluster.wiring),
    ask: async (workspace, asking) =>
      ask(`${await serviceUrl(cluster.wiring, { ...workspace, port: 80 })}/chat`, prompt, asking),
    bring: async (nodes, bringing) => bringNodes(cluster.kubernetes, nodes, bringing),
  };
  try {
    progress.line(`\nScenario ${scenario.name}: ${scenario.about}`);
    const stage = new ScenarioStage(parts, signal);
    await stage.begin();
    const promised = await scenario.play(stage);
    progress.line('\nAs documented');
    for (const { isSo, what } of promised) {
      progress.line(`  ${isSo ? '✓' : '✗'} ${what}`);
    }
    const broken = promised.find(({ isSo }) => !isSo);
    if (broken !== undefined) {
      throw new LocalCloudError(`the story does not end as documented: it is not so that ${broken.what}`);
    }
  } finally {
    watching.abort();
    await run;
  }
}
