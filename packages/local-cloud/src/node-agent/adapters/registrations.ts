import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

import * as z from 'zod';

import type { Vm } from '../core/vm.ts';

const File = z.record(z.string(), z.object({ createdAt: z.string(), registeredAtMs: z.number() }));

/**
 * Which machines have been registered as Nodes, across restarts of the agent: a Node that was deleted while its
 * machine lives must not come back by itself.
 */
export class Registrations {
  readonly #file: string;
  #known: z.infer<typeof File>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, known: z.infer<typeof File>) {
    this.#file = file;
    this.#known = known;
  }

  static async open(directory: string): Promise<Registrations> {
    const file = path.join(directory, 'registrations.json');
    await mkdir(directory, { recursive: true });
    const text = await readFile(file, 'utf8').catch(() => '{}');
    return new Registrations(file, File.parse(JSON.parse(text)));
  }

  names(): readonly string[] {
    return Object.keys(this.#known);
  }

  has(name: string): boolean {
    return name in this.#known;
  }

  /** When this machine, not another one of its name, was registered. */
  registeredAtMs(vm: Vm): number | undefined {
    const record = this.#known[vm.name];
    return record?.createdAt === vm.createdAt ? record.registeredAtMs : undefined;
  }

  async add(vm: Vm, registeredAtMs: number): Promise<void> {
    this.#known = { ...this.#known, [vm.name]: { createdAt: vm.createdAt, registeredAtMs } };
    await this.#write();
  }

  async remove(name: string): Promise<void> {
    if (name in this.#known) {
      const { [name]: _gone, ...rest } = this.#known;
      this.#known = rest;
      await this.#write();
    }
  }

  /** One write after the other; a crash leaves the old file or the new one. */
  async #write(): Promise<void> {
    this.#writing = this.#writeAfter(this.#writing);
    await this.#writing;
  }

  async #writeAfter(earlier: Promise<void>): Promise<void> {
    await earlier;
    await writeFile(`${this.#file}.next`, JSON.stringify(this.#known));
    await rename(`${this.#file}.next`, this.#file);
  }
}
