import { ContainerConfigError } from './environment.ts';
import { expand } from './expand.ts';
import type { AgentPod, Container, Volume, VolumeMount } from './pod.ts';

/** One file or directory of a volume that a container sees at a path. */
export interface Mount {
  readonly mountPath: string;
  readonly volume: string;
  /** Below the volume's directory; empty: all of it. */
  readonly subPath: string;
  readonly isReadOnly: boolean;
}

/** In the order in which they are made: outer paths before inner ones. */
export function mountsOf(
  pod: AgentPod,
  container: Container,
  variables: Readonly<Record<string, string>>,
): readonly Mount[] {
  const mounts = (container.volumeMounts ?? []).map((mount): Mount => ({
    mountPath: normalPath(mount.mountPath),
    volume: mount.name,
    subPath: subPath(mount, variables),
    isReadOnly: mount.readOnly === true || showsObjects(pod.spec.volumes.find(({ name }) => name === mount.name)),
  }));
  return mounts.toSorted((a, b) => depth(a.mountPath) - depth(b.mountPath));
}

/** What a volume shows of the API is read-only, whatever the mount says. */
function showsObjects(volume: Volume | undefined): boolean {
  return [volume?.configMap, volume?.secret, volume?.projected, volume?.downwardAPI].some(
    (source) => source !== undefined,
  );
}

function subPath(mount: VolumeMount, variables: Readonly<Record<string, string>>): string {
  const text =
    mount.subPathExpr === undefined ? (mount.subPath ?? '') : expand(mount.subPathExpr, (name) => variables[name]);
  if (text.startsWith('/') || text.split('/').includes('..')) {
    throw new ContainerConfigError(`subPath must stay within its volume: ${text}`);
  }
  return text;
}

function normalPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) {
    throw new ContainerConfigError(`mountPath must be absolute and without "..": ${path}`);
  }
  return `/${parts.join('/')}`;
}

function depth(path: string): number {
  return path === '/' ? 0 : path.split('/').length;
}

/** A file system that the host has mounted, as its mount table tells. */
export interface HostMount {
  readonly path: string;
  readonly fsType: string;
}

/** A bind that a container's view of the file system needs. */
export interface Bind {
  readonly source: string;
  /** Without symbolic links. */
  readonly target: string;
  readonly isFile: boolean;
  readonly isReadOnly: boolean;
  /** Whether the host has the target, so that nothing needs to be made for it. */
  readonly exists: boolean;
}

/** How a container's root is put together: layers over the host's file systems, then the pod's volumes. */
export interface RootPlan {
  /** File systems of the host to be covered by a layer of the container's own, outermost first; `/` is always one. */
  readonly layers: readonly string[];
  /** File systems of the host to be seen as they are. */
  readonly passed: readonly string[];
  readonly binds: readonly Bind[];
}

/** These hold no files that one could add to. */
const PSEUDO = new Set(['proc', 'sysfs', 'cgroup', 'cgroup2', 'devpts', 'mqueue', 'securityfs', 'debugfs', 'bpf']);

/**
 * Whatever has to be created for a mount is created in a layer, so that the host never sees it: a layer lies
 * over `/` and over every mounted file system in which a mount's target does not exist.
 */
export function rootPlan(binds: readonly Bind[], hostMounts: readonly HostMount[]): RootPlan {
  const paths = [...new Map(hostMounts.map((mount) => [mount.path, mount])).values()];
  const layers = new Set(['/']);
  for (const { target } of binds.filter(({ exists }) => !exists)) {
    const holder = longest(paths.filter(({ path }) => isWithin(target, path)));
    if (holder !== undefined && !PSEUDO.has(holder.fsType)) {
      layers.add(holder.path);
    }
  }
  const passed = paths
    .map(({ path }) => path)
    .filter((path) => !layers.has(path) && layers.has(parentMount(path, paths)))
    .toSorted();
  return { layers: [...layers].toSorted(), passed, binds };
}

function parentMount(path: string, mounts: readonly HostMount[]): string {
  return longest(mounts.filter((mount) => mount.path !== path && isWithin(path, mount.path)))?.path ?? '/';
}

function longest(mounts: readonly HostMount[]): HostMount | undefined {
  return mounts.toSorted((a, b) => b.path.length - a.path.length)[0];
}

function isWithin(path: string, directory: string): boolean {
  return directory === '/' || path === directory || path.startsWith(`${directory}/`);
}

/** The mount table as /proc/self/mountinfo shows it. */
export function parseMountInfo(text: string): readonly HostMount[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [before = '', after = ''] = line.split(' - ');
      return { path: unescaped(before.split(' ')[4] ?? ''), fsType: after.split(' ')[0] ?? '' };
    });
}

/** The kernel writes blanks and the like as octal numbers. */
function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/gu, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 8)));
}
