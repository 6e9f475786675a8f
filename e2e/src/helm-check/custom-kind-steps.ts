import path from 'node:path';

import { customResourceDefinitions } from './cluster-view.ts';
import { expectThat } from './expectation.ts';
import type { Installation } from './installation.ts';
import { PROVISIONER } from './releases.ts';
import type { Steps } from './steps.ts';

/** What becomes of the kinds, by who owns them. */
export async function customKindSteps(steps: Steps, installation: Installation): Promise<void> {
  const { kubectl, repository, cluster } = installation.world;
  const name = 'machines.karpenter.sh';
  const owner = async (signal: AbortSignal): Promise<string | undefined> => {
    const object = await cluster.kubernetes.get({ type: customResourceDefinitions, key: { name } }, signal);
    return object === undefined ? 'absent' : object.metadata.annotations?.['meta.helm.sh/release-name'];
  };
  await steps.step(
    'install --set crds.install=false, with the CRD of somebody else',
    async (signal) => {
      await kubectl(['delete', 'customresourcedefinition', name, 'workspaces.kaito.sh'], signal);
      await kubectl(['create', '-f', path.join(repository, 'crds')], signal);
      const told = await installation.install(PROVISIONER, crdArgs('false'), signal);
      expectThat((await owner(signal)) === undefined, 'the chart has taken the CRD');
      await installation.uninstall(PROVISIONER, signal);
      return told;
    },
    PROVISIONER,
  );
  await steps.step('install --set crds.install=true does not take it over', async (signal) => {
    const refusal = await installation.install(PROVISIONER, crdArgs('true'), signal).then(
      () => 'it was taken over',
      (error: unknown) => String(error),
    );
    expectThat(refusal.includes(name) && refusal.includes('cannot be imported'), refusal);
    return 'refused by helm, with its name';
  });
  await steps.step(
    'install --set crds.install=ifAbsent leaves it alone',
    async (signal) => {
      await installation.install(PROVISIONER, crdArgs('ifAbsent'), signal);
      expectThat((await owner(signal)) === undefined, 'the chart has taken the CRD');
      await installation.uninstall(PROVISIONER, signal);
      expectThat((await owner(signal)) === undefined, 'it is gone');
      return 'installed, upgraded by nobody, still there after uninstall';
    },
    PROVISIONER,
  );
  await steps.step(
    'install --set crds.install=ifAbsent brings it where there is none',
    async (signal) => {
      await kubectl(['delete', 'customresourcedefinition', name], signal);
      await installation.install(PROVISIONER, crdArgs('ifAbsent'), signal);
      expectThat((await owner(signal)) === PROVISIONER.name, `its owner is ${(await owner(signal)) ?? 'nobody'}`);
      await installation.uninstall(PROVISIONER, signal);
      return 'of this release, and kept';
    },
    PROVISIONER,
  );
}

function crdArgs(install: string): readonly string[] {
  return ['--set', `crds.install=${install}`];
}
