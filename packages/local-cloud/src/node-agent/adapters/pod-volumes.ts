import { chmod, mkdir, open } from 'node:fs/promises';
import path from 'node:path';

import type { PodPlace, PodSources } from '../core/environment.ts';
import { payload, VolumeError } from '../core/payload.ts';
import type { Payload } from '../core/payload.ts';
import type { AgentPod, Volume } from '../core/pod.ts';
import { writeAtomically } from './atomic-files.ts';
import type { PodSourceReader } from './pod-sources.ts';

/** The volumes of one pod, as directories of its own. */
export class PodVolumes {
  readonly #directory: string;
  readonly #hostDirectory: string;
  readonly #reader: PodSourceReader;
  readonly #written = new Map<string, string>();

  /** `hostDirectory` stands for the root directory of the simulated machine. */
  constructor(directory: string, hostDirectory: string, reader: PodSourceReader) {
    this.#directory = directory;
    this.#hostDirectory = hostDirectory;
    this.#reader = reader;
  }

  directoryOf(pod: AgentPod, name: string): string {
    const hostPath = pod.spec.volumes.find((volume) => volume.name === name)?.hostPath;
    return hostPath === undefined
      ? path.join(this.#directory, name)
      : path.join(this.#hostDirectory, path.normalize(hostPath.path));
  }

  /** Makes every volume; throws {@link VolumeError} for what cannot be had at the moment. */
  async prepare(pod: AgentPod, place: PodPlace, signal: AbortSignal): Promise<PodSources> {
    for (const volume of pod.spec.volumes) {
      await this.#makeDirectory(pod, volume);
    }
    return this.refresh(pod, place, signal);
  }

  /** Brings what volumes show of the API up to date; writes only what has changed. */
  async refresh(pod: AgentPod, place: PodPlace, signal: AbortSignal): Promise<PodSources> {
    const sources = await this.#reader.read(pod, signal);
    const tokens = await this.#reader.tokens(pod, signal);
    for (const volume of pod.spec.volumes) {
      const files = payload(volume, { pod, place, sources, tokens });
      if (files !== undefined) {
        await this.#write(volume.name, files);
      }
    }
    return sources;
  }

  async #makeDirectory(pod: AgentPod, volume: Volume): Promise<void> {
    const directory = this.directoryOf(pod, volume.name);
    if (volume.hostPath?.type === 'File' || volume.hostPath?.type === 'FileOrCreate') {
      await mkdir(path.dirname(directory), { recursive: true });
      await (await open(directory, 'a')).close();
      return;
    }
    if (!isSupported(volume)) {
      const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';
      throw new VolumeError(`volume "${volume.name}": the node agent cannot mount volumes of type ${kind}`);
    }
    await mkdir(directory, { recursive: true });
    if (volume.emptyDir !== undefined) {
      await chmod(directory, 0o777);
    }
  }

  async #write(name: string, files: Payload): Promise<void> {
    const content = JSON.stringify(
      [...files].map(([file, { bytes, mode }]) => [file, Buffer.from(bytes).toString('base64'), mode]),
    );
    if (this.#written.get(name) !== content) {
      await writeAtomically(path.join(this.#directory, name), files);
      this.#written.set(name, content);
    }
  }
}

function isSupported({ emptyDir, hostPath, configMap, secret, downwardAPI, projected }: Volume): boolean {
  return [emptyDir, hostPath, configMap, secret, downwardAPI, projected].some((source) => source !== undefined);
}
