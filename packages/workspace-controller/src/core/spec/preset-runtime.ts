import { annotations } from '@kaito/types';
import type { Preset as PresetSpec, Workspace } from '@kaito/types';

import type { Settings } from '../settings.ts';
import { imageProblems } from './image-reference.ts';
import { firstRelease } from './presets.ts';
import type { Catalog, Preset, Release } from './presets.ts';
import { invalid, unavailable } from './reading.ts';
import type { Problem, Reading } from './reading.ts';

interface PresetWorkload {
  readonly preset: Preset;
  readonly image: string;
  readonly imagePullSecrets: readonly string[];
  /** The ConfigMap to mount. */
  readonly config: string | undefined;
  /** How much disk a bought node gets. */
  readonly disk: string;
  readonly readinessSeconds: number;
}

/** Our own inference server. */
export interface OwnRuntime extends PresetWorkload {
  readonly kind: 'own';
  readonly model: string;
  /** The Secret with the token that the hub asks for. */
  readonly accessSecret: string | undefined;
  readonly hubEndpoint: string | undefined;
}

/** An image as a release of the Go original published it, started the way that release did. */
export interface ReleasedRuntime extends PresetWorkload {
  readonly kind: 'released';
  readonly version: 'v0.3.2' | 'v0.4.1';
  readonly engine: 'transformers' | 'vllm';
  readonly release: Release;
}

export type PresetRuntime = OwnRuntime | ReleasedRuntime;

interface Context {
  readonly workspace: Workspace;
  readonly config: string | undefined;
}

/** How this preset runs here, or which of the user's choices stands in the way. */
export function readPresetRuntime(spec: PresetSpec, context: Context, settings: Settings): Reading<PresetRuntime> {
  const preset = settings.catalog.find(spec.name);
  if (preset === undefined) {
    return { problems: [unknownPreset('inference.preset.name', spec.name, settings)] };
  }
  const problems = accessProblems(spec, preset);
  if (problems.length > 0) {
    return { problems };
  }
  return settings.images.source === 'own' && spec.accessMode === 'public' && preset.gguf !== undefined
    ? { value: ownRuntime(spec, { preset, gguf: preset.gguf }, context, settings) }
    : releasedRuntime(spec, preset, context, settings);
}

export function unknownPreset(path: string, name: string, settings: Settings): Problem {
  return invalid(path, `"${name}" is not a preset that this release knows; it runs ${runnable(settings)}`);
}

function accessProblems({ accessMode, presetOptions }: PresetSpec, preset: Preset): readonly Problem[] {
  if (accessMode === 'public') {
    return preset.access === 'public'
      ? []
      : [invalid('inference.preset.accessMode', `must be private: there is no public image of ${preset.name}`)];
  }
  const path = 'inference.preset.presetOptions.image';
  return presetOptions?.image === undefined
    ? [invalid(path, 'is required when accessMode is private: name the image that you built')]
    : imageProblems(path, presetOptions.image);
}

function ownRuntime(
  spec: PresetSpec,
  { preset, gguf }: { readonly preset: Preset; readonly gguf: NonNullable<Preset['gguf']> },
  { config }: Context,
  { images, hubEndpoint }: Settings,
): OwnRuntime {
  const release = firstRelease(preset);
  return {
    kind: 'own',
    preset,
    image: `${images.registry}/inference-server:${images.version}-llamacpp`,
    imagePullSecrets: [],
    config,
    disk: release?.disk ?? preset.current?.disk ?? '0',
    readinessSeconds: readinessSeconds(preset),
    model: `hf:${gguf.repo}/${gguf.file}@${gguf.revision}`,
    accessSecret: spec.presetOptions?.modelAccessSecret,
    hubEndpoint,
  };
}

function releasedRuntime(
  spec: PresetSpec,
  preset: Preset,
  { workspace, config }: Context,
  settings: Settings,
): Reading<ReleasedRuntime> {
  const column = releaseColumn(preset, workspace.metadata.annotations?.[annotations.runtime]);
  if (column === undefined) {
    return { problems: [noCombination(preset, settings)] };
  }
  const { release } = column;
  const published = `${settings.images.presetRegistry}/kaito-${preset.name}:${release.tag ?? ''}`;
  return {
    value: {
      kind: 'released',
      ...column,
      ...(spec.accessMode === 'private' ? privateImage(spec, published) : { image: published, imagePullSecrets: [] }),
      preset,
      config,
      disk: release.disk,
      readinessSeconds: release.readinessMinutes * 60,
    },
  };
}

function privateImage(
  { presetOptions }: PresetSpec,
  published: string,
): Pick<PresetWorkload, 'image' | 'imagePullSecrets'> {
  return { image: presetOptions?.image ?? published, imagePullSecrets: presetOptions?.imagePullSecrets ?? [] };
}

/** Which release's image, and how: the one with two runtimes when the Workspace names a runtime, else the oldest. */
function releaseColumn(
  { released }: Preset,
  runtime: string | undefined,
): Pick<ReleasedRuntime, 'version' | 'release' | 'engine'> | undefined {
  const older = released?.['v0.3.2'];
  const newer = released?.['v0.4.1'];
  if (newer !== undefined && (runtime !== undefined || older === undefined)) {
    const engine = newer.vllm === undefined || runtime === 'transformers' ? 'transformers' : 'vllm';
    return { version: 'v0.4.1', release: newer, engine };
  }
  return older === undefined ? undefined : { version: 'v0.3.2', release: older, engine: 'transformers' };
}

function noCombination(preset: Preset, settings: Settings): Problem {
  const message = `${preset.name} can be named, but nothing here runs it: there is ${
    settings.images.source === 'own' ? 'no GGUF source for our own server and ' : ''
  }no published image of the Machine era; this release runs ${runnable(settings)}`;
  return unavailable('inference.preset.name', message);
}

function runnable({ catalog, images }: Settings): string {
  return namesOf(catalog, (preset) => {
    const release = firstRelease(preset);
    return (images.source === 'own' && preset.gguf !== undefined) || release !== undefined;
  });
}

function namesOf({ presets }: Catalog, isWanted: (preset: Preset) => boolean): string {
  return presets
    .filter(isWanted)
    .map(({ name }) => name)
    .join(', ');
}

const DEFAULT_READINESS_SECONDS = 1800;

function readinessSeconds(preset: Preset): number {
  const release = firstRelease(preset);
  return release === undefined
    ? (preset.current?.readinessSeconds ?? DEFAULT_READINESS_SECONDS)
    : release.readinessMinutes * 60;
}
