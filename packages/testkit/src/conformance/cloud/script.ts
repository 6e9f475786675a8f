import type { AgentPool, Answer } from '@kaito/gpu-provisioner';

import type { PoolRequest } from '../../cloud/stored-pool.ts';
import { seenFailure, seenPool } from './cloud-driver.ts';
import type { CloudDriver } from './cloud-driver.ts';
import { A100, A100_FAMILY, poolNamed } from './specs.ts';

const SIZES: readonly string[] = [A100, 'Standard_NC6s_v3', 'Standard_NC4as_T4_v3', 'Standard_D4s_v5'];
const QUOTAS: readonly string[] = ['cores', 'lowPriorityCores', A100_FAMILY, 'standardNCSv3Family'];

/** A driver that writes down every answer. */
export class Script {
  readonly cloud: CloudDriver;
  readonly seen: unknown[] = [];

  constructor(cloud: CloudDriver) {
    this.cloud = cloud;
  }

  async create(name: string, more: Partial<PoolRequest> = {}): Promise<void> {
    this.#note('create', name, await this.cloud.create(poolNamed(name, more)), seenPool);
  }

  async delete(name: string): Promise<void> {
    this.#note('delete', name, await this.cloud.delete({ name }));
  }

  /** Only the pool that was seen then. */
  async deleteSeen(name: string, etag: string | undefined): Promise<void> {
    this.#note('delete', name, await this.cloud.delete({ name, ...(etag !== undefined && { etag }) }));
  }

  /** Known from the answer to its creation, from a listing, or from a look at this one. */
  async etagOf(name: string, from: 'get' | 'list'): Promise<string | undefined> {
    const answer = await (from === 'get' ? this.cloud.get(name) : this.cloud.list());
    const value = answer.isOk ? answer.value : undefined;
    const pools = value === undefined ? [] : 'name' in value ? [value] : value;
    return pools.find((pool) => pool.name === name)?.etag;
  }

  async abort(name: string): Promise<void> {
    this.#note('abort', name, await this.cloud.abort(name));
  }

  async get(name: string): Promise<void> {
    this.#note('get', name, await this.cloud.get(name), (pool) => (pool === undefined ? 'none' : seenPool(pool)));
  }

  async list(): Promise<void> {
    this.#note('list', '', await this.cloud.list(), (pools: readonly AgentPool[]) => pools.map(seenPool));
  }

  /** Of the sizes only some: the simulator knows more than the model. */
  async skus(): Promise<void> {
    this.#note('skus', '', await this.cloud.skus(), (skus) => skus.filter(({ name }) => SIZES.includes(name)));
  }

  async usages(): Promise<void> {
    this.#note('usages', '', await this.cloud.usages(), (usages) => usages.filter(({ name }) => QUOTAS.includes(name)));
  }

  async vms(): Promise<void> {
    const vms = await this.cloud.vms();
    this.seen.push({ vms: vms.map(({ pool, vmSize, gpus, taints }) => ({ pool, vmSize, gpus, taints })) });
  }

  /** A pool that is there, with its VM. */
  async ready(name: string, more: Partial<PoolRequest> = {}): Promise<void> {
    await this.create(name, more);
    await this.cloud.until(name, 'Ready');
  }

  /** A pool whose creation goes on until somebody ends it. */
  async creatingForEver(name: string): Promise<void> {
    await this.cloud.stickNext('create');
    await this.create(name);
  }

  #note<T>(verb: string, name: string, answer: Answer<T>, seen: (value: T) => unknown = (value) => value): void {
    const result = answer.isOk ? { ok: seen(answer.value) } : { refused: seenFailure(answer.failure) };
    this.seen.push({ [`${verb} ${name}`.trim()]: result });
  }
}
