import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

import { requireDiskSpace } from '../disk-space.ts';
import { goCompile } from '../processes/go-compile.ts';
import { withBuildLock } from './build-lock.ts';
import { goModule } from './go-module.ts';

export type GoToolName = 'helm' | 'registry' | 'crane' | 'karpenter-kwok';

export interface GoToolOptions {
  readonly cacheDirectory: string;
  /** Of the compiler: `PATH`, `HOME`, proxies. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onProgress: (compiledShare: number) => void;
}

interface GoTool {
  /** The package of the program, as `go install` takes it. */
  readonly program: string;
  readonly version: string;
  /** How many packages the compiler names on the way; only for the progress line. */
  readonly packages: number;
  /** Names set by the linker; without them the program calls itself by no version. */
  readonly stamps: Readonly<Record<string, string>>;
  /** Files that the program is of no use without, from folders of its module. */
  readonly companions?: { readonly module: string; readonly folders: readonly string[] };
}

const HELM = 'helm.sh/helm/v3';
const KARPENTER = 'sigs.k8s.io/karpenter';

const TOOLS: Readonly<Record<GoToolName, GoTool>> = {
  helm: {
    program: `${HELM}/cmd/helm`,
    version: 'v3.22.0',
    packages: 965,
    // The Kubernetes version that charts see where no cluster is asked: that of helm's own client.
    stamps: {
      [`${HELM}/internal/version.version`]: 'v3.22.0',
      [`${HELM}/pkg/lint/rules.k8sVersionMajor`]: '1',
      [`${HELM}/pkg/lint/rules.k8sVersionMinor`]: '37',
      [`${HELM}/pkg/chartutil.k8sVersionMajor`]: '1',
      [`${HELM}/pkg/chartutil.k8sVersionMinor`]: '37',
    },
  },
  registry: {
    program: 'github.com/distribution/distribution/v3/cmd/registry',
    version: 'v3.1.2',
    packages: 1000,
    stamps: { 'github.com/distribution/distribution/v3/version.version': 'v3.1.2' },
  },
  crane: {
    program: 'github.com/google/go-containerregistry/cmd/crane',
    version: 'v0.22.1',
    packages: 268,
    stamps: { 'github.com/google/go-containerregistry/cmd/crane/cmd.Version': 'v0.22.1' },
  },
  'karpenter-kwok': {
    program: `${KARPENTER}/kwok`,
    version: 'v1.14.1',
    packages: 950,
    stamps: { [`${KARPENTER}/pkg/operator.Version`]: '1.14.1' },
    companions: { module: KARPENTER, folders: ['pkg/apis/crds', 'kwok/apis/crds'] },
  },
};

/** Modules, the compiler's cache and the binary itself. */
const BUILD_GIB = 3;

/** The path of a program that is built once from Go modules, at a pinned version, and kept in the cache. */
export async function goTool(name: GoToolName, options: GoToolOptions, signal: AbortSignal): Promise<string> {
  const { cacheDirectory } = options;
  const directory = path.join(cacheDirectory, 'go-tools', `${name}-${TOOLS[name].version}`);
  const file = path.join(directory, name);
  if (!existsSync(file)) {
    const buildOnce = async (): Promise<void> => {
      if (!existsSync(file)) {
        await build(name, file, options, signal);
      }
    };
    await withBuildLock(`${directory}.lock`, buildOnce, signal);
  }
  return file;
}

/** Built beside its place and then moved there, so that an interrupted build leaves nothing half done behind. */
async function build(name: GoToolName, file: string, options: GoToolOptions, signal: AbortSignal): Promise<void> {
  const { program, version, packages, stamps } = TOOLS[name];
  await requireDiskSpace(options.cacheDirectory, BUILD_GIB, `building ${name}`);
  const directory = path.dirname(file);
  const unfinished = `${directory}.${process.pid}.partial`;
  const linked = Object.entries(stamps).map(([symbol, value]) => `-X ${symbol}=${value}`);
  await mkdir(unfinished, { recursive: true });
  try {
    await goCompile(
      {
        what: name,
        args: ['install', '-v', '-trimpath', '-ldflags', ['-s', '-w', ...linked].join(' '), `${program}@${version}`],
        workingDirectory: unfinished,
        environment: { ...options.environment, GOBIN: unfinished },
        packages,
        onProgress: options.onProgress,
      },
      signal,
    );
    await rename(path.join(unfinished, path.posix.basename(program)), path.join(unfinished, name));
    await copyCompanions(name, unfinished, options, signal);
    await rm(directory, { recursive: true, force: true });
    await rename(unfinished, directory);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Beside the program, each folder under its path in the module. */
async function copyCompanions(
  name: GoToolName,
  directory: string,
  { environment }: GoToolOptions,
  signal: AbortSignal,
): Promise<void> {
  const { companions, version } = TOOLS[name];
  if (companions === undefined) {
    return;
  }
  const module = await goModule(`${companions.module}@${version}`, { directory, environment }, signal);
  for (const folder of companions.folders) {
    await mkdir(path.join(directory, folder), { recursive: true });
    for (const one of await readdir(path.join(module, folder))) {
      await copyFile(path.join(module, folder, one), path.join(directory, folder, one));
    }
  }
}
