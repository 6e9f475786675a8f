import { quantityValue } from '@kaito/types';
import type { Quantity } from '@kaito/types';

import { expand } from './expand.ts';
import type { AgentPod, Container, EnvVar } from './pod.ts';
import { allContainers } from './pod.ts';

/** What is known of a pod only where it runs. */
export interface PodPlace {
  readonly podIp: string;
  readonly hostIp: string;
  /** What a container without a limit may use. */
  readonly allocatable: Readonly<Record<string, Quantity>>;
}

/** The ConfigMaps and Secrets that a pod refers to, as `key -> value`; a missing object is absent. */
export interface PodSources {
  readonly configMaps: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;
  readonly secrets: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;
}

/** The container cannot be made as it is written; becomes reason `CreateContainerConfigError`. */
export class ContainerConfigError extends Error {
  override readonly name = 'ContainerConfigError';
}

export interface EnvironmentInput {
  readonly pod: AgentPod;
  readonly container: Container;
  readonly place: PodPlace;
  readonly sources: PodSources;
  /** Weakest first: the image's own, then what the agent adds. */
  readonly defaults: Readonly<Record<string, string>>;
}

/** The variables of a container, references expanded; throws {@link ContainerConfigError} for a missing source. */
export function environment(input: EnvironmentInput): Readonly<Record<string, string>> {
  const result: Record<string, string> = { ...input.defaults, ...bulk(input) };
  for (const variable of input.container.env ?? []) {
    const value = valueOf(variable, input, (name) => result[name]);
    if (value !== undefined) {
      result[variable.name] = value;
    }
  }
  return result;
}

function bulk(input: EnvironmentInput): Record<string, string> {
  const sets = (input.container.envFrom ?? []).map(({ prefix = '', configMapRef, secretRef }) => {
    const entries =
      configMapRef === undefined
        ? entriesOf('secret', secretRef, input.sources.secrets, input.pod)
        : entriesOf('configmap', configMapRef, input.sources.configMaps, input.pod);
    return [...entries].map(([key, bytes]) => [prefix + key, text(bytes)] as const);
  });
  return Object.fromEntries(sets.flat());
}

function entriesOf(
  kind: string,
  ref: { readonly name: string; readonly optional?: boolean | undefined } | undefined,
  objects: PodSources['configMaps'],
  pod: AgentPod,
): ReadonlyMap<string, Uint8Array> {
  const entries = objects.get(ref?.name ?? '');
  if (entries === undefined && ref !== undefined && ref.optional !== true) {
    throw new ContainerConfigError(`${kind} "${ref.name}" not found in namespace ${pod.metadata.namespace ?? ''}`);
  }
  return entries ?? new Map();
}

function valueOf(
  { value, valueFrom }: EnvVar,
  input: EnvironmentInput,
  lookup: (name: string) => string | undefined,
): string | undefined {
  if (valueFrom?.fieldRef !== undefined) {
    return fieldValue(valueFrom.fieldRef.fieldPath, input.pod, input.place);
  }
  if (valueFrom?.resourceFieldRef !== undefined) {
    return resourceValue(valueFrom.resourceFieldRef, input.pod, input.container, input.place);
  }
  if (valueFrom?.configMapKeyRef !== undefined) {
    return keyValue('configmap', valueFrom.configMapKeyRef, input.sources.configMaps);
  }
  if (valueFrom?.secretKeyRef !== undefined) {
    return keyValue('secret', valueFrom.secretKeyRef, input.sources.secrets);
  }
  return expand(value ?? '', lookup);
}

function keyValue(
  kind: string,
  ref: { readonly name: string; readonly key: string; readonly optional?: boolean | undefined },
  objects: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>,
): string | undefined {
  const bytes = objects.get(ref.name)?.get(ref.key);
  if (bytes !== undefined) {
    return text(bytes);
  }
  if (ref.optional === true) {
    return undefined;
  }
  throw new ContainerConfigError(
    objects.has(ref.name) ? `couldn't find key ${ref.key} in ${kind} ${ref.name}` : `${kind} "${ref.name}" not found`,
  );
}

/** The downward API's fields. */
export function fieldValue(path: string, pod: AgentPod, place: PodPlace): string {
  const [, map, key = ''] = /^metadata\.(labels|annotations)\['(.+)'\]$/u.exec(path) ?? [];
  if (map !== undefined) {
    return pod.metadata[map === 'labels' ? 'labels' : 'annotations']?.[key] ?? '';
  }
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'metadata.uid': pod.metadata.uid,
    'metadata.labels': quotedLines(pod.metadata.labels),
    'metadata.annotations': quotedLines(pod.metadata.annotations),
    'spec.nodeName': pod.spec.nodeName,
    'spec.serviceAccountName': pod.spec.serviceAccountName,
    'status.hostIP': place.hostIp,
    'status.hostIPs': place.hostIp,
    'status.podIP': place.podIp,
    'status.podIPs': place.podIp,
  };
  if (!(path in fields)) {
    throw new ContainerConfigError(`unsupported fieldPath: ${path}`);
  }
  return fields[path] ?? '';
}

function quotedLines(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}

interface ResourceRef {
  readonly containerName?: string | undefined;
  readonly resource: string;
  readonly divisor?: Quantity | undefined;
}

/** `limits.memory` and the like, in units of the divisor, rounded up. */
export function resourceValue(ref: ResourceRef, pod: AgentPod, own: Container | undefined, place: PodPlace): string {
  const named = allContainers(pod).find(({ name }) => name === ref.containerName);
  const { limits = {}, requests = {} } = (named ?? own)?.resources ?? {};
  const name = ref.resource.slice(ref.resource.indexOf('.') + 1); // which may hold dots itself
  const given = ref.resource.startsWith('limits.') ? (limits[name] ?? place.allocatable[name]) : requests[name];
  const divisor = number(ref.divisor);
  return String(Math.ceil(number(given) / (divisor === 0 ? 1 : divisor)));
}

function number(quantity: Quantity | undefined): number {
  return quantityValue(quantity ?? 0) ?? 0;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The program and its arguments: `command` replaces the image's entrypoint and drops its cmd, `args` replaces the cmd. */
export function commandLine(
  container: Container,
  image: { readonly entrypoint: readonly string[]; readonly cmd?: readonly string[] | undefined },
  variables: Readonly<Record<string, string>>,
): readonly string[] {
  const lookup = (name: string): string | undefined => variables[name];
  const command = container.command ?? [];
  const args = container.args ?? [];
  const ownArgs = command.length > 0 ? [] : (image.cmd ?? []);
  return [
    ...(command.length > 0 ? command.map((part) => expand(part, lookup)) : image.entrypoint),
    ...(args.length > 0 ? args.map((part) => expand(part, lookup)) : ownArgs),
  ];
}
