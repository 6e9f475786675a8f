import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { parseAllDocuments } from 'yaml';
import * as z from 'zod';

import { RICH_PROVISIONER_VALUES, RICH_WORKSPACE_VALUES } from './chart-values.ts';
import { expectThat } from './expectation.ts';
import { HelmError } from './helm.ts';
import { RELEASES } from './releases.ts';
import type { Steps } from './steps.ts';
import type { HelmWorld } from './world.ts';

/** Where the packaged charts are found. */
export interface PublishedCharts {
  readonly version: string;
  reference(chart: string): string;
}

const Rendered = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) });

const RICH_VALUES: Readonly<Record<string, unknown>> = {
  workspace: RICH_WORKSPACE_VALUES,
  'gpu-provisioner': RICH_PROVISIONER_VALUES,
};

/** What the templates have to make of the rich values. */
const RICH_TRACES: Readonly<Record<string, readonly string[]>> = {
  workspace: [
    `image: "registry.example.com/workspace-controller@sha256:${'0'.repeat(64)}"`,
    '--image-registry=registry.example.com',
    '--log-level=debug',
    'replicas: 3',
    'team: models',
    '- Egress',
    'minAvailable: 1',
    '--node-requirements=karpenter.sh/capacity-type=on-demand',
    'resourceNames: [aksnodeclasses.karpenter.azure.com]',
    'kind: AKSNodeClass',
  ],
  'gpu-provisioner': [
    'image: "registry.example.com:5000/team/gpu-provisioner:0.1.0-rc.1"',
    'replicas: 2',
    'value: "westeurope"',
    'audience: api://AzureADTokenExchange',
    '- Egress',
    'minAvailable: 50%',
  ],
};

/** A setting that is wrong, and the name by which it has to be refused. */
const WRONG_VALUES: readonly (readonly [chart: string, setting: string, name: string])[] = [
  ['workspace', 'replicaCount=-1', '/replicaCount'],
  ['workspace', 'logging.level=loud', '/logging/level'],
  ['workspace', 'replicacount=2', 'replicacount'],
  ['workspace', 'image.digest=abc', '/image/digest'],
  ['workspace', 'nodeProvisioner=magic', '/nodeProvisioner'],
  ['workspace', 'nodeClass=AKSNodeClass', '/nodeClass'],
  ['gpu-provisioner', 'replicas=two', '/replicas'],
  ['gpu-provisioner', 'settings.azure.armEndpoint=http://azure', '/settings/azure/armEndpoint'],
  ['gpu-provisioner', 'controller.timeScale=0', '/controller/timeScale'],
  ['gpu-provisioner', 'settings.azure.cluster=mine', 'cluster'],
];

/** Everything that helm does without a cluster, up to the charts in the registry. */
export async function chartsAsFiles(steps: Steps, world: HelmWorld): Promise<PublishedCharts> {
  const { helm, registry, repository } = world;
  const folders = RELEASES.map(({ name }) => path.join(repository, 'charts', name));
  await steps.check('lint --strict', async (signal) => {
    const { stdout } = await helm(['lint', '--strict', ...folders], signal);
    return lastLine(stdout);
  });
  for (const { name } of RELEASES) {
    await steps.check(`template ${name}: values as they come`, async (signal) => templated(world, name, [], signal));
    await steps.check(`template ${name}: much of it set`, async (signal) => richlyTemplated(world, name, signal));
  }
  for (const [chart, setting, name] of WRONG_VALUES) {
    await steps.check(`template ${chart} --set ${setting}`, async (signal) =>
      refused(world, [chart, setting], name, signal),
    );
  }
  const packages = await packaged(steps, world, folders);
  for (const { file } of packages) {
    await steps.step(`push ${path.basename(file)} to the OCI registry`, async (signal) => {
      const { stdout, stderr } = await helm(['push', file, `oci://${registry.host}/charts`, '--plain-http'], signal);
      const digest = /sha256:[0-9a-f]{64}/u.exec(stdout + stderr)?.[0];
      expectThat(digest !== undefined, `helm named no digest: ${stdout}${stderr}`);
      return digest;
    });
  }
  return {
    version: packages[0]?.version ?? '',
    reference: (chart) => `oci://${registry.host}/charts/${chart}`,
  };
}

async function templated(
  { helm, repository }: HelmWorld,
  name: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const { stdout } = await helm(['template', name, path.join(repository, 'charts', name), ...args], signal);
  const kinds = parseAllDocuments(stdout).flatMap((document) => {
    const content: unknown = document.toJS();
    return content === null ? [] : [Rendered.parse(content).kind];
  });
  expectThat(kinds.includes('Deployment'), `there is no Deployment among ${kinds.join(', ')}`);
  return `${kinds.length} objects`;
}

async function richlyTemplated(world: HelmWorld, name: string, signal: AbortSignal): Promise<string> {
  const { helm, repository } = world;
  const file = await world.file(`rich-${name}.json`, RICH_VALUES[name]);
  const objects = await templated(world, name, ['-f', file], signal);
  const { stdout } = await helm(['template', name, path.join(repository, 'charts', name), '-f', file], signal);
  const missing = (RICH_TRACES[name] ?? []).filter((trace) => !stdout.includes(trace));
  expectThat(missing.length === 0, `what was set is not to be found: ${missing.join(' | ')}`);
  return objects;
}

async function refused(
  { helm, repository }: HelmWorld,
  [chart, setting]: readonly [string, string],
  name: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    await helm(['template', chart, path.join(repository, 'charts', chart), '--set', setting], signal);
  } catch (error) {
    expectThat(error instanceof HelmError && error.message.includes(name), `refused without ${name}: ${String(error)}`);
    return `refused: ${lastLine(error.message).replace(/^- /u, '')}`;
  }
  throw new HelmError('it was taken');
}

async function packaged(steps: Steps, world: HelmWorld, folders: readonly string[]) {
  const packages: { readonly file: string; readonly version: string }[] = [];
  await steps.step('package', async (signal) => {
    const destination = path.dirname(await world.file('packages.txt', ''));
    await mkdir(destination, { recursive: true });
    const { stdout } = await world.helm(['package', ...folders, '--destination', destination], signal);
    for (const [, file = ''] of stdout.matchAll(/saved it to: (.+)$/gmu)) {
      const version = /-(\d+\.\d+\.\d+[^/]*)\.tgz$/u.exec(file)?.[1] ?? '';
      packages.push({ file, version });
    }
    expectThat(packages.length === folders.length, `not every chart was packaged: ${stdout}`);
    const sizes = await Promise.all(
      packages.map(async ({ file }) => `${path.basename(file)} ${((await stat(file)).size / 1024).toFixed(0)} KiB`),
    );
    return sizes.join(', ');
  });
  return packages;
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
