import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, constants, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import { requireDiskSpace } from '../disk-space.ts';
import { goCompile } from '../processes/go-compile.ts';

const PROGRAMS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'] as const;
export type ControlPlaneProgram = (typeof PROGRAMS)[number];

const KUBERNETES_VERSION = 'v1.36.3';

/** Modules, the compiler's cache and the binary itself. */
const BUILD_GIB = 5;

/** How many packages `go build -v` names on the way; only for the progress line. */
const PACKAGES_TO_COMPILE = 2700;

/** How each of the control plane's programs is called: the file, and what comes before its own arguments. */
export type ControlPlaneBinaries = Readonly<Record<ControlPlaneProgram, readonly [string, ...string[]]>>;

export interface BinaryOptions {
  /** The folder of the Go program. */
  readonly source: string;
  readonly cacheDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onProgress: (compiledShare: number) => void;
}

/**
 * The control plane's programs: from `KUBEBUILDER_ASSETS` or `PATH` when all are there, else one binary
 * built from the Go modules, kept in the cache by the hash of its source.
 */
export async function controlPlaneBinaries(options: BinaryOptions, signal: AbortSignal): Promise<ControlPlaneBinaries> {
  const { KUBEBUILDER_ASSETS, PATH } = options.environment;
  const installed =
    (await programsIn(KUBEBUILDER_ASSETS?.split(path.delimiter))) ?? (await programsIn(PATH?.split(path.delimiter)));
  if (installed !== undefined) {
    return installed;
  }
  const file = path.join(options.cacheDirectory, 'control-plane', await sourceHash(options.source), 'control-plane');
  if (!existsSync(file)) {
    await build(file, options, signal);
  }
  return each((program) => [file, program]);
}

function each(command: (program: ControlPlaneProgram) => readonly [string, ...string[]]): ControlPlaneBinaries {
  return {
    etcd: command('etcd'),
    'kube-apiserver': command('kube-apiserver'),
    'kube-controller-manager': command('kube-controller-manager'),
    'kube-scheduler': command('kube-scheduler'),
    kubectl: command('kubectl'),
  };
}

async function programsIn(folders: readonly string[] = []): Promise<ControlPlaneBinaries | undefined> {
  const found = new Map<string, string>();
  for (const program of PROGRAMS) {
    for (const folder of folders) {
      const file = path.join(folder, program);
      if (!found.has(program) && (await isExecutable(file))) {
        found.set(program, file);
      }
    }
  }
  return found.size === PROGRAMS.length ? each((program) => [found.get(program) ?? program]) : undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function sourceHash(source: string): Promise<string> {
  const hash = createHash('sha256').update(KUBERNETES_VERSION);
  for (const name of ['go.mod', 'go.sum', 'main.go']) {
    hash.update(await readFile(path.join(source, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Built beside its place and then moved there, so that an interrupted build leaves no half file behind. */
async function build(file: string, options: BinaryOptions, signal: AbortSignal): Promise<void> {
  await requireDiskSpace(options.cacheDirectory, BUILD_GIB, 'building the control plane');
  const unfinished = `${file}.${process.pid}.partial`;
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await compile(unfinished, options, signal);
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function compile(file: string, options: BinaryOptions, signal: AbortSignal): Promise<void> {
  const stamp = `-s -w -X k8s.io/component-base/version.gitVersion=${KUBERNETES_VERSION}`;
  await goCompile(
    {
      what: 'the control plane',
      args: ['build', '-v', '-trimpath', '-ldflags', stamp, '-o', file, '.'],
      workingDirectory: options.source,
      environment: options.environment,
      packages: PACKAGES_TO_COMPILE,
      onProgress: options.onProgress,
    },
    signal,
  );
}
