import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';

import { isApiError } from '@kaito/controller-runtime';

import { ContainerLog, readLog } from './adapters/container-log.ts';
import { startContainer, StartError } from './adapters/container-process.ts';
import type { ContainerProcess } from './adapters/container-process.ts';
import { prepareRoot } from './adapters/container-root.ts';
import type { MountMode } from './adapters/container-root.ts';
import type { Guardian } from './adapters/guardian.ts';
import type { PodVolumes } from './adapters/pod-volumes.ts';
import { probe } from './adapters/prober.ts';
import { probeSpec } from './core/container-run.ts';
import type { StartFailure } from './core/container-run.ts';
import { commandLine, ContainerConfigError, environment } from './core/environment.ts';
import type { PodPlace, PodSources } from './core/environment.ts';
import { imageProblem, programFor } from './core/image.ts';
import type { ImageProgram } from './core/image.ts';
import { mountsOf } from './core/mounts.ts';
import type { AgentPod, Container } from './core/pod.ts';
import type { PodHost, RunningContainer, StartResult } from './pod-ports.ts';

export interface ProcessHostOptions {
  readonly place: PodPlace;
  /** The address on which the pod's programs listen. */
  readonly address: string;
  readonly directory: string;
  /** What its containers find as /etc/hosts; undefined: the machine's own. */
  readonly hostsFile: string | undefined;
  readonly volumes: PodVolumes;
  readonly images: readonly ImageProgram[];
  readonly mountMode: MountMode;
  readonly guardian: Guardian;
  /** Given to every container, weaker than what its image and its pod say. */
  readonly variables: () => Readonly<Record<string, string>>;
  /** Where programs of the image table are started, unless they say otherwise. */
  readonly programDirectory: string;
  readonly onProvided: (resource: string, isRunning: boolean) => void;
}

const DEFAULT_MESSAGE_PATH = '/dev/termination-log';
const LONGEST_MESSAGE = 4096;
const LONGEST_LOG_MESSAGE = 2048;
const KEPT_LOGS = 2;
const READ_TIMEOUT_MS = 10_000;

/** Runs the containers of one pod as processes of this machine. */
export class ProcessHost implements PodHost {
  readonly #options: ProcessHostOptions;
  readonly #logs = new Map<string, ContainerLog>();
  #sources: PodSources = { configMaps: new Map(), secrets: new Map() };

  constructor(options: ProcessHostOptions) {
    this.#options = options;
  }

  get place(): PodPlace {
    return this.#options.place;
  }

  async prepareVolumes(pod: AgentPod, signal: AbortSignal): Promise<void> {
    this.#sources = await this.#options.volumes.prepare(pod, this.place, signal);
  }

  async refreshVolumes(pod: AgentPod, signal: AbortSignal): Promise<void> {
    this.#sources = await this.#options.volumes.refresh(pod, this.place, signal);
  }

  async remove(): Promise<void> {
    await rm(this.#options.directory, { recursive: true, force: true });
  }

  /** The log of the container's present run, or of the run before it. */
  logOf(container: string): ContainerLog | undefined {
    return this.#logs.get(container);
  }

  async previousLogFile(container: string): Promise<string | undefined> {
    const directory = path.join(this.#options.directory, 'logs', container);
    return (await logFiles(directory)).at(-2);
  }

  async start(pod: AgentPod, container: Container, runs: number): Promise<StartResult> {
    const problem = imageProblem(container.image);
    if (problem !== undefined) {
      const message = `Failed to apply default image tag "${container.image}": ${problem}`;
      return { kind: 'Failed', failure: { kind: 'InvalidImageName', message } };
    }
    const image = programFor(container.image, this.#options.images);
    if (image === undefined) {
      const message = `Failed to pull image "${container.image}": the node agent's image table has no program for it`;
      return { kind: 'Failed', failure: { kind: 'UnknownImage', message } };
    }
    try {
      return { kind: 'Started', running: await this.#startProgram({ pod, container, image }, runs) };
    } catch (error) {
      return { kind: 'Failed', failure: startFailure(error) };
    }
  }

  async #startProgram(start: Start, runs: number): Promise<RunningContainer> {
    const { pod, container, image } = start;
    const variables = await this.#environment(start);
    const argv = commandLine(container, image, variables);
    const { shell, odd } = forShell(variables);
    const prepared = await prepareRoot(
      {
        mounts: mountsOf(pod, container, variables),
        volumeDirectory: (name) => this.#options.volumes.directoryOf(pod, name),
        directory: path.join(this.#options.directory, 'containers', container.name),
        hostsFile: this.#options.hostsFile,
        terminationMessagePath: container.terminationMessagePath ?? DEFAULT_MESSAGE_PATH,
        workingDirectory: container.workingDir ?? image.workingDir ?? this.#options.programDirectory,
        isReadOnly: container.securityContext?.readOnlyRootFilesystem === true,
        argv: odd.length === 0 ? argv : ['env', ...odd, ...argv],
      },
      this.#options.mountMode,
    );
    const log = await this.#newLog(container.name, runs);
    const inside = { ...shell, ...prepared.environment };
    const process = await startContainer(
      { command: prepared.command, environment: inside, log },
      this.#options.guardian,
    ).catch((error: unknown) => {
      log.close();
      throw error;
    });
    return this.#running(start, process, {
      log,
      environment: inside,
      messageFile: prepared.terminationMessageFile,
      runs,
    });
  }

  /** What was not there when the pod came may be there by now. */
  async #environment(start: Start): Promise<Readonly<Record<string, string>>> {
    try {
      return this.#environmentOf(start);
    } catch (error) {
      if (!(error instanceof ContainerConfigError)) {
        throw error;
      }
      await this.refreshVolumes(start.pod, AbortSignal.timeout(READ_TIMEOUT_MS));
      return this.#environmentOf(start);
    }
  }

  #environmentOf({ pod, container, image }: Start): Readonly<Record<string, string>> {
    const defaults = {
      ...this.#options.variables(),
      HOSTNAME: pod.spec.hostname ?? pod.metadata.name,
      HOST: this.#options.address,
      ...image.env,
    };
    return environment({ pod, container, place: this.place, sources: this.#sources, defaults });
  }

  async #newLog(container: string, runs: number): Promise<ContainerLog> {
    const directory = path.join(this.#options.directory, 'logs', container);
    await mkdir(directory, { recursive: true });
    for (const file of (await logFiles(directory)).slice(0, -(KEPT_LOGS - 1))) {
      await rm(file, { force: true });
    }
    const log = new ContainerLog(path.join(directory, `${runs}.log`));
    this.#logs.set(container, log);
    return log;
  }

  #running({ pod, container, image }: Start, process: ContainerProcess, facts: RunFacts): RunningContainer {
    const { provides } = image;
    if (provides !== undefined) {
      this.#options.onProvided(provides, true);
    }
    return {
      containerId: `kaito-process://${pod.metadata.uid}-${container.name}-${facts.runs}`,
      signal: (name) => {
        process.signal(name);
      },
      exited: this.#ending(container, process, facts, provides),
      probe: async (asked, kind) =>
        probe({
          probe: probeSpec(asked, kind) ?? unknownProbe(kind),
          container: asked,
          address: this.#options.address,
          exec: (command) => this.#inside(process.pid, facts.environment, command),
        }),
    };
  }

  async #ending(container: Container, process: ContainerProcess, facts: RunFacts, provides: string | undefined) {
    const exit = await process.exited;
    facts.log.close();
    if (provides !== undefined) {
      this.#options.onProvided(provides, false);
    }
    return {
      ...exit,
      message: exit.message ?? (await lastWords(container, facts, exit.exitCode).catch(() => undefined)),
    };
  }

  /** A command in the view that the container's program has. */
  #inside(pid: number, variables: Readonly<Record<string, string>>, command: readonly string[]) {
    const enter = ['nsenter', '--target', String(pid), '--mount', '--root', '--'];
    return {
      argv: this.#options.mountMode === 'namespace' ? [...enter, ...command] : command,
      environment: { ...variables },
    };
  }
}

interface Start {
  readonly pod: AgentPod;
  readonly container: Container;
  readonly image: ImageProgram;
}

interface RunFacts {
  readonly log: ContainerLog;
  readonly environment: Readonly<Record<string, string>>;
  readonly messageFile: string;
  readonly runs: number;
}

function unknownProbe(kind: string): never {
  throw new TypeError(`the container has no ${kind} probe`);
}

function startFailure(error: unknown): StartFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ContainerConfigError || isApiError(error)) {
    return { kind: 'CreateContainerConfigError', message };
  }
  return {
    kind: 'StartError',
    message: error instanceof StartError ? message : `failed to create container: ${message}`,
  };
}

const SHELL_VARIABLE = /^[A-Za-z_]\w*$/u;

/** A shell passes on only what it takes for a variable; the others are set after it. */
function forShell(variables: Readonly<Record<string, string>>): {
  readonly shell: Readonly<Record<string, string>>;
  readonly odd: readonly string[];
} {
  const entries = Object.entries(variables);
  return {
    shell: Object.fromEntries(entries.filter(([name]) => SHELL_VARIABLE.test(name))),
    odd: entries.filter(([name]) => !SHELL_VARIABLE.test(name)).map(([name, value]) => `${name}=${value}`),
  };
}

/** Oldest first. */
async function logFiles(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => []);
  return names
    .toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map((name) => path.join(directory, name));
}

async function lastWords(container: Container, facts: RunFacts, exitCode: number): Promise<string | undefined> {
  const said = (await readFile(facts.messageFile, 'utf8')).slice(0, LONGEST_MESSAGE);
  if (said !== '' || exitCode === 0 || container.terminationMessagePolicy !== 'FallbackToLogsOnError') {
    return said === '' ? undefined : said;
  }
  const file = path.join(path.dirname(facts.messageFile), '..', '..', 'logs', container.name, `${facts.runs}.log`);
  const text = readLog(file)
    .map((record) => record.text)
    .join('\n');
  return text.slice(-LONGEST_LOG_MESSAGE);
}
