import type { AgentPool, AgentPools, Answer } from '../src/core/pools/cloud.ts';
import { aPool } from './builders.ts';

/** The one that every cluster has. */
export const SYSTEM_POOL = aPool({ name: 'system', phase: 'Ready', tags: {} });

/** Answers what it is told to. */
export class StubCloud implements AgentPools {
  readonly calls: string[] = [];
  listed: Answer<readonly AgentPool[]> = { isOk: true, value: [SYSTEM_POOL] };
  created: Promise<Answer<AgentPool>> = Promise.resolve({ isOk: true, value: aPool() });
  found: Answer<AgentPool | undefined> = { isOk: true, value: undefined };
  deleted: Answer<'accepted' | 'absent'> = { isOk: true, value: 'accepted' };
  aborted: Answer<'accepted'> = { isOk: true, value: 'accepted' };

  async create(): Promise<Answer<AgentPool>> {
    this.calls.push('create');
    return this.created;
  }

  async delete(): Promise<Answer<'accepted' | 'absent'>> {
    this.calls.push('delete');
    return this.deleted;
  }

  async abort(): Promise<Answer<'accepted'>> {
    this.calls.push('abort');
    return this.aborted;
  }

  async get(): Promise<Answer<AgentPool | undefined>> {
    this.calls.push('get');
    return this.found;
  }

  async list(): Promise<Answer<readonly AgentPool[]>> {
    this.calls.push('list');
    return this.listed;
  }
}
