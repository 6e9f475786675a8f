import { ContainerConfigError, fieldValue, resourceValue } from './environment.ts';
import type { PodPlace, PodSources } from './environment.ts';
import type { AgentPod, ProjectedSource, Volume } from './pod.ts';
import { allContainers } from './pod.ts';

/** A volume cannot be filled; its pod waits. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError';
}

export interface PayloadFile {
  readonly bytes: Uint8Array;
  readonly mode: number;
}

/** The files of a volume, by relative path. */
export type Payload = ReadonlyMap<string, PayloadFile>;

export interface TokenRequest {
  readonly audience: string;
  readonly expirationSeconds: number;
}

/** What has to be read before a pod's volumes and environments can be made. */
export interface PodNeeds {
  readonly configMaps: readonly string[];
  readonly secrets: readonly string[];
  readonly tokens: readonly TokenRequest[];
}

export function podNeeds(pod: AgentPod): PodNeeds {
  const environments = allContainers(pod).flatMap(({ env = [], envFrom = [] }) => [
    ...env.map(({ valueFrom }) => ({
      configMap: valueFrom?.configMapKeyRef?.name,
      secret: valueFrom?.secretKeyRef?.name,
    })),
    ...envFrom.map(({ configMapRef, secretRef }) => ({ configMap: configMapRef?.name, secret: secretRef?.name })),
  ]);
  const volumes = pod.spec.volumes.flatMap((volume) => [
    { configMap: volume.configMap?.name, secret: volume.secret?.secretName },
    ...(volume.projected?.sources ?? []).map(({ configMap, secret }) => ({
      configMap: configMap?.name,
      secret: secret?.name,
    })),
  ]);
  const all = [...environments, ...volumes];
  const tokens = pod.spec.volumes
    .flatMap(({ projected }) => projected?.sources ?? [])
    .flatMap(({ serviceAccountToken }) =>
      serviceAccountToken === undefined ? [] : [tokenRequest(serviceAccountToken)],
    );
  return {
    configMaps: distinct(all.map(({ configMap }) => configMap)),
    secrets: distinct(all.map(({ secret }) => secret)),
    tokens,
  };
}

function distinct(names: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(names.filter((name) => name !== undefined))];
}

function tokenRequest(source: NonNullable<ProjectedSource['serviceAccountToken']>): TokenRequest {
  return { audience: source.audience ?? '', expirationSeconds: source.expirationSeconds };
}

export function tokenKey({ audience, expirationSeconds }: TokenRequest): string {
  return `${expirationSeconds} ${audience}`;
}

export interface PayloadInput {
  readonly pod: AgentPod;
  readonly place: PodPlace;
  readonly sources: PodSources;
  /** By {@link tokenKey}. */
  readonly tokens: ReadonlyMap<string, string>;
}

/** The files of a volume that shows objects of the API; undefined for a volume of another sort. */
export function payload(volume: Volume, input: PayloadInput): Payload | undefined {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap !== undefined) {
    return new Map(configMapFiles(configMap, configMap.defaultMode, input));
  }
  if (secret !== undefined) {
    return new Map(secretFiles({ ...secret, name: secret.secretName }, secret.defaultMode, input));
  }
  if (downwardAPI !== undefined) {
    return new Map(downwardFiles(downwardAPI.items, downwardAPI.defaultMode, input));
  }
  return projected === undefined
    ? undefined
    : new Map(projected.sources.flatMap((source) => projectedFiles(source, projected.defaultMode, input)));
}

type Entries = readonly (readonly [string, PayloadFile])[];

function projectedFiles(source: ProjectedSource, mode: number, input: PayloadInput): Entries {
  const { serviceAccountToken, configMap, secret, downwardAPI } = source;
  return [
    ...(serviceAccountToken === undefined ? [] : tokenFile(serviceAccountToken, mode, input)),
    ...(configMap === undefined ? [] : configMapFiles(configMap, mode, input)),
    ...(secret === undefined ? [] : secretFiles(secret, mode, input)),
    ...(downwardAPI === undefined ? [] : downwardFiles(downwardAPI.items, mode, input)),
  ];
}

function tokenFile(
  source: NonNullable<ProjectedSource['serviceAccountToken']>,
  mode: number,
  { tokens }: PayloadInput,
): Entries {
  const token = tokens.get(tokenKey(tokenRequest(source)));
  if (token === undefined) {
    throw new VolumeError('there is no token of the service account');
  }
  return [[source.path, { bytes: new TextEncoder().encode(token), mode }]];
}

interface ObjectSource {
  readonly name: string;
  readonly optional?: boolean | undefined;
  readonly items?:
    readonly { readonly key: string; readonly path: string; readonly mode?: number | undefined }[] | undefined;
}

function configMapFiles(source: ObjectSource, mode: number, { sources }: PayloadInput): Entries {
  return objectFiles('configmap', source, mode, sources.configMaps);
}

function secretFiles(source: ObjectSource, mode: number, { sources }: PayloadInput): Entries {
  return objectFiles('secret', source, mode, sources.secrets);
}

function objectFiles(
  kind: string,
  { name, optional, items }: ObjectSource,
  mode: number,
  objects: PodSources['configMaps'],
): Entries {
  const entries = objects.get(name);
  if (entries === undefined) {
    if (optional === true) {
      return [];
    }
    throw new VolumeError(`${kind} "${name}" not found`);
  }
  if (items === undefined) {
    return [...entries].map(([key, bytes]) => [key, { bytes, mode }]);
  }
  return items.flatMap((item): Entries => {
    const bytes = entries.get(item.key);
    if (bytes === undefined && optional !== true) {
      throw new VolumeError(`${kind} "${name}" has no key "${item.key}"`);
    }
    return bytes === undefined ? [] : [[item.path, { bytes, mode: item.mode ?? mode }]];
  });
}

type DownwardItems = NonNullable<Volume['downwardAPI']>['items'];

function downwardFiles(items: DownwardItems, mode: number, { pod, place }: PayloadInput): Entries {
  return items.map((item) => {
    try {
      const value =
        item.fieldRef === undefined
          ? resourceValue(item.resourceFieldRef ?? { resource: '' }, pod, undefined, place)
          : fieldValue(item.fieldRef.fieldPath, pod, place);
      return [item.path, { bytes: new TextEncoder().encode(value), mode: item.mode ?? mode }];
    } catch (error) {
      throw error instanceof ContainerConfigError ? new VolumeError(error.message, { cause: error }) : error;
    }
  });
}
