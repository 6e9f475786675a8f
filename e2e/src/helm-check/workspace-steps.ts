import path from 'node:path';

import { ask, serviceUrl } from '@kaito/local-cloud';
import { services } from '@kaito/types';

import { Life } from '../life.ts';
import { expectThat } from './expectation.ts';
import type { Installation } from './installation.ts';
import { installBoth } from './release-steps.ts';
import { RELEASES, WORKSPACE } from './releases.ts';
import type { Subject, Steps } from './steps.ts';
import { until } from './until.ts';

const EXAMPLE = 'examples/inference/kaito_workspace_phi_3.yaml';
const NAME = 'workspace-phi-3-mini';
const NAMESPACE = 'default';
const INFERENCE: Subject = { namespace: NAMESPACE, selector: `kaito.sh/workspace=${NAME}` };
const QUESTION = 'What is Kubernetes?';
const SHOWN = 60;

/** The CRDs, and the namespace that the device plugin runs in. */
const KEPT = [
  'customresourcedefinition.apiextensions.k8s.io/machines.karpenter.sh',
  'customresourcedefinition.apiextensions.k8s.io/nodeclaims.karpenter.sh',
  'customresourcedefinition.apiextensions.k8s.io/workspaces.kaito.sh',
  'namespace/kaito-device-plugin',
] as const;

/** A Workspace under the rights of the charts, through uninstallation and back, to its end. */
export async function workspaceSteps(steps: Steps, installation: Installation): Promise<true> {
  const { kubectl, repository, cluster, simulator } = installation.world;
  const life = new Life(NAME, cluster.kubernetes, simulator);
  await steps.step(
    `apply ${EXAMPLE}: Workspace Ready`,
    async (signal) => {
      await kubectl(['apply', '-f', path.join(repository, EXAMPLE)], signal);
      await readyOrRefused(installation, life, signal);
      const { name } = await installation.machine(NAME, signal);
      return `with Machine ${name}`;
    },
    WORKSPACE,
  );
  await steps.step('POST /chat', async (signal) => answer(installation, signal), INFERENCE);
  await steps.check('no request of the controllers was refused', async (signal) =>
    installation.withoutRefusals(signal),
  );
  await keepSteps(steps, installation, life);
  await steps.step(
    'delete the Workspace: its agent pool goes',
    async (signal) => {
      await life.delete(signal);
      await life.gone(signal);
      return 'no Machine, Node or agent pool is left';
    },
    WORKSPACE,
  );
  await steps.check('no request of the controllers was refused', async (signal) =>
    installation.withoutRefusals(signal),
  );
  return true;
}

/** A right that is missing is told at once, and not after the time that a Workspace may take. */
async function readyOrRefused(installation: Installation, life: Life, signal: AbortSignal): Promise<void> {
  const look = async (): Promise<true | undefined> => {
    await installation.withoutRefusals(signal);
    return (await life.readyStatus(signal)) === 'True' ? true : undefined;
  };
  await until(`the Workspace ${NAME} to be Ready`, look, signal);
}

async function keepSteps(steps: Steps, installation: Installation, life: Life): Promise<void> {
  const { signal: untilNow } = new AbortController();
  const before = { machine: await installation.machine(NAME, untilNow), puts: await installation.puts(untilNow) };
  for (const release of RELEASES.toReversed()) {
    await steps.step(`uninstall ${release.name}`, async (signal) => installation.uninstall(release, signal), release);
  }
  await steps.step(
    'Workspace, Machine and agent pool are still there, and it answers',
    async (signal) => {
      expectThat((await life.readyStatus(signal)) === 'True', 'the Workspace is not Ready');
      const left = await life.leftovers(signal);
      expectThat(left.length === 4, `there is only ${left.join(', ')}`);
      await answer(installation, signal);
      return left.join(', ');
    },
    INFERENCE,
  );
  await installBoth(steps, installation, 're-install');
  await steps.step(
    'the controllers go on: a Service that was deleted comes back',
    async (signal) => comesBack(installation, signal),
    WORKSPACE,
  );
  await steps.step('the same Machine and agent pool, and no second PUT', async (signal) => {
    expectThat((await life.readyStatus(signal)) === 'True', 'the Workspace is not Ready');
    const after = { machine: await installation.machine(NAME, signal), puts: await installation.puts(signal) };
    expectThat(after.machine.uid === before.machine.uid, 'it is another Machine');
    expectThat(after.puts === before.puts && after.puts === 1, `there were ${before.puts} PUTs, and now ${after.puts}`);
    return `Machine ${after.machine.name}, ${after.puts} PUT`;
  });
}

async function comesBack(installation: Installation, signal: AbortSignal): Promise<string> {
  const { kubernetes } = installation.world.cluster;
  const key = { name: NAME, namespace: NAMESPACE };
  const before = await kubernetes.get({ type: services, key }, signal);
  await kubernetes.delete({ type: services, key }, signal);
  const look = async (): Promise<true | undefined> => {
    const service = await kubernetes.get({ type: services, key }, signal);
    return service !== undefined && service.metadata.uid !== before?.metadata.uid ? true : undefined;
  };
  await until(`the Service ${NAME}`, look, signal);
  return answer(installation, signal);
}

async function answer({ world }: Installation, signal: AbortSignal): Promise<string> {
  const service = { namespace: NAMESPACE, name: NAME, port: 80 };
  const reach = async (): Promise<string | undefined> =>
    serviceUrl(world.cluster.wiring, service).catch(() => undefined);
  const url = await until(`an address of the Service ${NAME}`, reach, signal);
  const { text, tokens } = await ask(`${url}/chat`, QUESTION, signal);
  expectThat(text !== '' && tokens > 0, 'the answer is empty');
  return `${tokens} tokens: ${text.replaceAll(/\s+/gu, ' ').slice(0, SHOWN)}…`;
}

/** Removes both releases; what they leave in the cluster is what they say that they keep. */
export async function removalSteps(steps: Steps, installation: Installation): Promise<void> {
  for (const release of RELEASES.toReversed()) {
    await steps.step(`uninstall ${release.name}`, async (signal) => installation.uninstall(release, signal), release);
  }
  await steps.check('nothing is left but what is kept', async (signal) => {
    const kinds = 'clusterroles,clusterrolebindings,priorityclasses,customresourcedefinitions,namespaces';
    const inNamespaces =
      'all,configmaps,secrets,serviceaccounts,roles,rolebindings,networkpolicies,poddisruptionbudgets';
    const selection = ['-l', 'app.kubernetes.io/managed-by=Helm', '-o', 'name'];
    const { kubectl } = installation.world;
    const found = [
      await kubectl(['get', kinds, ...selection], signal),
      await kubectl(['get', inNamespaces, '-A', ...selection], signal),
    ];
    const names = found
      .join('')
      .split('\n')
      .filter((line) => line !== '')
      .toSorted();
    expectThat(names.join() === KEPT.join(), `left: ${names.join(', ')}`);
    return `${names.length} objects`;
  });
}
