import path from 'node:path';

import { customResourceDefinitions } from './cluster-view.ts';
import { expectThat } from './expectation.ts';
import type { Installation } from './installation.ts';
import { PROVISIONER } from './releases.ts';
import type { Steps } from './steps.ts';

const MACHINES = 'machines.karpenter.sh';
/** Karpenter brings this one too. */
const NODE_CLAIMS = 'nodeclaims.karpenter.sh';

/** What becomes of the kinds, by who owns them. */
export async function customKindSteps(steps: Steps, installation: Installation): Promise<void> {
  const { kubectl, repository } = installation.world;
  await steps.step(
    'install --set crds.install=false, with the CRDs of somebody else',
    async (signal) => {
      await kubectl(['delete', 'customresourcedefinition', MACHINES, NODE_CLAIMS, 'workspaces.kaito.sh'], signal);
      await kubectl(['create', '-f', path.join(repository, 'crds')], signal);
      const told = await installation.install(PROVISIONER, crdArgs('false'), signal);
      await expectOwners(installation, [undefined, undefined], signal);
      await installation.uninstall(PROVISIONER, signal);
      return told;
    },
    PROVISIONER,
  );
  await steps.step('install --set crds.install=true does not take them over', async (signal) => {
    const refusal = await installation.install(PROVISIONER, crdArgs('true'), signal).then(
      () => 'they were taken over',
      (error: unknown) => String(error),
    );
    expectThat(refusal.includes('karpenter.sh') && refusal.includes('cannot be imported'), refusal);
    return 'refused by helm, with a name';
  });
  await ifAbsentSteps(steps, installation);
}

async function ifAbsentSteps(steps: Steps, installation: Installation): Promise<void> {
  await steps.step(
    'install --set crds.install=ifAbsent leaves them alone',
    async (signal) => {
      await installation.install(PROVISIONER, crdArgs('ifAbsent'), signal);
      await expectOwners(installation, [undefined, undefined], signal);
      await installation.uninstall(PROVISIONER, signal);
      await expectOwners(installation, [undefined, undefined], signal);
      return 'installed, upgraded by nobody, still there after uninstall';
    },
    PROVISIONER,
  );
  await steps.step(
    'install --set crds.install=ifAbsent brings the one that is absent, beside one of somebody else',
    async (signal) => {
      await installation.world.kubectl(['delete', 'customresourcedefinition', MACHINES], signal);
      await installation.install(PROVISIONER, crdArgs('ifAbsent'), signal);
      await expectOwners(installation, [PROVISIONER.name, undefined], signal);
      await installation.uninstall(PROVISIONER, signal);
      await expectOwners(installation, [PROVISIONER.name, undefined], signal);
      return 'of this release, and kept';
    },
    PROVISIONER,
  );
}

/** The releases that own the CRDs of Machines and NodeClaims; undefined: it is there, and somebody else's. */
async function expectOwners(
  { world }: Installation,
  expected: readonly (string | undefined)[],
  signal: AbortSignal,
): Promise<void> {
  const owners = await Promise.all(
    [MACHINES, NODE_CLAIMS].map(async (name) => {
      const type = customResourceDefinitions;
      const object = await world.cluster.kubernetes.get({ type, key: { name } }, signal);
      return object === undefined ? 'absent' : object.metadata.annotations?.['meta.helm.sh/release-name'];
    }),
  );
  expectThat(
    owners.every((owner, index) => owner === expected[index]),
    `the CRDs belong to ${owners.map((owner) => owner ?? 'nobody').join(' and ')}`,
  );
}

function crdArgs(install: string): readonly string[] {
  return ['--set', `crds.install=${install}`];
}
