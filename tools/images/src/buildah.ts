import path from 'node:path';

import { command } from './command.ts';

export interface BuildOptions {
  readonly name: string;
  readonly containerfile: string;
  readonly context: string;
  readonly epochSeconds: number;
  readonly buildArguments: Readonly<Record<string, string>>;
}

/** buildah with a storage of its own below `directory`, so that the user's images are neither seen nor changed. */
export class Buildah {
  readonly #start: readonly [string, ...string[]];
  readonly #signal: AbortSignal;

  constructor(directory: string, signal: AbortSignal) {
    const [root, runroot] = [path.join(directory, 'storage'), path.join(directory, 'run')];
    this.#start = ['buildah', '--root', root, '--runroot', runroot];
    this.#signal = signal;
  }

  /** The same context, base and time give the same image. */
  async build({ name, containerfile, context, epochSeconds, buildArguments }: BuildOptions): Promise<void> {
    const values = Object.entries(buildArguments).map(([key, value]) => `--build-arg=${key}=${value}`);
    const flags = ['--isolation=chroot', '--format=oci', '--no-cache', '--identity-label=false', '--layers=false'];
    const time = `--timestamp=${epochSeconds}`;
    const tls = tlsFlag(buildArguments['BASE'] ?? '');
    await this.#run('build', ...flags, tls, time, ...values, `--tag=${name}`, `--file=${containerfile}`, context);
  }

  /** Adds the image to an OCI layout, under its name. */
  async save(name: string, layout: string): Promise<void> {
    await this.#run('push', '--quiet', name, `oci:${layout}:${name}`);
  }

  async #run(...args: readonly string[]): Promise<string> {
    return command([...this.#start, ...args], { signal: this.#signal });
  }
}

/** A registry on this machine is spoken to without TLS. */
function tlsFlag(reference: string): string {
  return `--tls-verify=${String(!/^(?:localhost|127\.0\.0\.1|\[::1\])[:/]/u.test(reference))}`;
}
