import { spawnSync } from 'node:child_process';
import { mkdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { parseMountInfo, rootPlan } from '../core/mounts.ts';
import type { Bind, Mount } from '../core/mounts.ts';
import { plainCommand, rootCommand } from '../core/root-script.ts';

/**
 * - `namespace`: each container sees a root of its own, with its mounts at their paths.
 * - `paths`: mounts lie below a directory that the program is told in `KAITO_ROOT`.
 */
export type MountMode = 'namespace' | 'paths';

export interface ContainerRoot {
  readonly mounts: readonly Mount[];
  readonly volumeDirectory: (volume: string) => string;
  /** Of this container alone. */
  readonly directory: string;
  /** What it finds as /etc/hosts; undefined: the machine's own. */
  readonly hostsFile: string | undefined;
  /** Where the program leaves its last words. */
  readonly terminationMessagePath: string;
  readonly workingDirectory: string;
  /** Nothing but its volumes can be written; only a root of its own can be kept so. */
  readonly isReadOnly: boolean;
  readonly argv: readonly string[];
}

export interface PreparedCommand {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly terminationMessageFile: string;
}

/** Whether this machine lets us make mount namespaces with layers over its file systems: tries it. */
export async function supportedMountMode(directory: string): Promise<MountMode> {
  const scratch = path.join(directory, 'trial');
  await mkdir(scratch, { recursive: true });
  const plan = { ...rootPlan([], parseMountInfo(await mountInfo())), isReadOnly: true };
  const [program = '', ...args] = rootCommand(plan, scratch, '/', ['true']);
  const { status } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], env: PATH_ONLY });
  await rm(scratch, { recursive: true, force: true });
  return status === 0 ? 'namespace' : 'paths';
}

const PATH_ONLY = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

/** Not there on other systems than Linux. */
async function mountInfo(): Promise<string> {
  return readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
}

export async function prepareRoot(root: ContainerRoot, mode: MountMode): Promise<PreparedCommand> {
  const terminationMessageFile = path.join(root.directory, 'termination-log');
  await mkdir(root.directory, { recursive: true });
  await writeFile(terminationMessageFile, '');
  const sources = await Promise.all(root.mounts.map(async (mount) => ({ mount, source: await sourceOf(mount, root) })));
  const all: readonly Source[] = [
    ...sources.map(({ mount, source }) => ({ source, path: mount.mountPath, isReadOnly: mount.isReadOnly })),
    ...(root.hostsFile === undefined ? [] : [{ source: root.hostsFile, path: HOSTS, isReadOnly: false }]),
    { source: terminationMessageFile, path: root.terminationMessagePath, isReadOnly: false },
  ];
  return mode === 'namespace'
    ? { command: await namespaceCommand(root, all), environment: {}, terminationMessageFile }
    : { command: await pathsCommand(root, all), environment: { KAITO_ROOT: linkRoot(root) }, terminationMessageFile };
}

const HOSTS = '/etc/hosts';

interface Source {
  readonly source: string;
  readonly path: string;
  readonly isReadOnly: boolean;
}

async function sourceOf({ volume, subPath }: Mount, { volumeDirectory }: ContainerRoot): Promise<string> {
  const source = path.join(volumeDirectory(volume), subPath);
  if (!(await exists(source))) {
    await mkdir(source, { recursive: true });
  }
  return source;
}

async function namespaceCommand(root: ContainerRoot, sources: readonly Source[]): Promise<readonly string[]> {
  const scratch = path.join(root.directory, 'scratch');
  await mkdir(scratch, { recursive: true });
  const binds = await Promise.all(sources.map(bindOf));
  const plan = { ...rootPlan(binds, parseMountInfo(await mountInfo())), isReadOnly: root.isReadOnly };
  return rootCommand(plan, await realpath(scratch), root.workingDirectory, root.argv);
}

async function bindOf({ source, path: target, isReadOnly }: Source): Promise<Bind> {
  const resolved = await resolvedPath(target);
  const isFile = (await stat(source)).isFile();
  const there = await stat(resolved).catch(() => undefined);
  return { source: await realpath(source), target: resolved, isFile, isReadOnly, exists: there?.isFile() === isFile };
}

/** Without symbolic links, as far as the path exists. */
async function resolvedPath(target: string): Promise<string> {
  try {
    return await realpath(target);
  } catch {
    const parent = path.dirname(target);
    return parent === target ? target : path.join(await resolvedPath(parent), path.basename(target));
  }
}

function linkRoot(root: ContainerRoot): string {
  return path.join(root.directory, 'root');
}

async function pathsCommand(root: ContainerRoot, sources: readonly Source[]): Promise<readonly string[]> {
  await rm(linkRoot(root), { recursive: true, force: true });
  await mkdir(linkRoot(root), { recursive: true });
  for (const { source, path: target } of sources) {
    const link = path.join(linkRoot(root), target);
    await mkdir(path.dirname(link), { recursive: true });
    if (!(await exists(link))) {
      await symlink(source, link);
    }
  }
  const isThere = await exists(root.workingDirectory);
  return plainCommand(isThere ? root.workingDirectory : linkRoot(root), root.argv);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
