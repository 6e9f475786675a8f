import type { AgentPool, AgentPools, AgentPoolSpec, Answer } from '@kaito/gpu-provisioner';

import type { Cloud } from '../cloud/cloud.ts';
import type { Gate, Request } from './gate.ts';
import type { Replica } from './replica.ts';

/** The agent pools as one replica of the provisioner reaches them. */
export function replicaCloud(cloud: Cloud, gate: Gate, replica: Replica): AgentPools {
  const pass = async <T>(
    request: Pick<Request<Answer<T>>, 'verb' | 'target' | 'isWrite' | 'act' | 'actLate'>,
    signal: AbortSignal,
  ): Promise<Answer<T>> => gate.pass({ ...request, system: 'cloud', isCounted: true, fail }, replica, signal);
  return {
    create: async (spec: AgentPoolSpec, signal) =>
      pass({ verb: 'create', target: target(spec.name), isWrite: true, act: () => cloud.create(spec) }, signal),
    delete: async (pool, signal) =>
      pass({ verb: 'delete', target: target(pool.name), isWrite: true, act: () => cloud.delete(pool) }, signal),
    abort: async (name, signal) =>
      pass({ verb: 'abort', target: target(name), isWrite: true, act: () => cloud.abort(name) }, signal),
    get: async (name, signal) =>
      pass<AgentPool | undefined>(
        { verb: 'get', target: target(name), isWrite: false, act: () => cloud.get(name) },
        signal,
      ),
    list: async (signal) =>
      pass<readonly AgentPool[]>(
        {
          verb: 'list',
          target: 'agentpools',
          isWrite: false,
          act: () => cloud.list(),
          actLate: (events) => cloud.asOf(cloud.version - events).list(),
        },
        signal,
      ),
  };
}

function target(name: string): string {
  return `agentpools/${name}`;
}

function fail(kind: 'conflict' | 'transient' | 'timed-out-though-done'): Answer<never> {
  switch (kind) {
    case 'conflict':
      return {
        isOk: false,
        failure: { kind: 'Busy', code: 'OperationNotAllowed', message: 'an operation on another pool is in progress' },
      };
    case 'transient':
      return {
        isOk: false,
        failure: { kind: 'Transient', code: 'ServiceUnavailable', message: 'the service is unavailable' },
      };
    case 'timed-out-though-done':
      return { isOk: false, failure: { kind: 'Transient', code: 'ETIMEDOUT', message: 'no answer in time' } };
    default:
      return kind satisfies never;
  }
}
