import { ApiError } from '@kaito/controller-runtime';
import type { Kubernetes, Manifest, ResourceType } from '@kaito/controller-runtime';

import type { ApiServer } from '../api-server/api-server.ts';
import type { Call } from './effect.ts';
import type { Gate, Request } from './gate.ts';
import type { Replica } from './replica.ts';
import type { WatchHub } from './watch-hub.ts';

interface Parts {
  readonly server: ApiServer;
  readonly hub: WatchHub;
  readonly gate: Gate;
}

interface Named {
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
}

/** The API server as one replica of a controller reaches it. */
export function replicaKubernetes({ gate, hub, server }: Parts, replica: Replica): Kubernetes {
  const pass = async <T>(
    call: Omit<Call, 'system'>,
    act: () => T,
    options: Options,
    signal: AbortSignal,
  ): Promise<T> => {
    const request: Request<T> = { ...call, ...options, system: 'kubernetes', act, fail };
    return gate.pass(request, replica, signal);
  };
  const write = async <T>(verb: string, target: string, act: () => T, signal: AbortSignal): Promise<T> =>
    pass({ verb, target, isWrite: true }, act, COUNTED, signal);
  return {
    list: async (request, signal) =>
      pass({ verb: 'list', target: request.type.plural, isWrite: false }, () => server.list(request), COUNTED, signal),
    watch: (request, signal) => hub.open(request, replica, signal),
    get: async (request, signal) => {
      const call = { verb: 'get', target: targetOf(request.type, request.key), isWrite: false };
      return pass(call, () => server.get(request), request.type.plural === 'leases' ? UNCOUNTED : COUNTED, signal);
    },
    create: async (request, signal) =>
      write('create', targetOf(request.type, request.manifest.metadata), () => server.create(request), signal),
    createSubresource: async (request, signal) =>
      write('evict', targetOf(request.type, request.key), () => server.createSubresource(request), signal),
    apply: async (request, signal) => {
      const verb = request.subresource === undefined ? 'apply' : `apply ${request.subresource}`;
      return write(verb, targetOf(request.type, request.manifest.metadata), () => server.apply(request), signal);
    },
    patch: async (request, signal) => {
      const verb = request.subresource === undefined ? 'patch' : `patch ${request.subresource}`;
      const call = { verb, target: targetOf(request.type, request.key), isWrite: true };
      const isRenewal = request.type.plural === 'leases' && !isAcquisition(request.body);
      return pass(call, () => server.patch(request), isRenewal ? UNCOUNTED : COUNTED, signal);
    },
    delete: async (request, signal) => {
      await write(
        'delete',
        targetOf(request.type, request.key),
        () => {
          server.delete(request);
        },
        signal,
      );
    },
  };
}

interface Options {
  readonly isCounted: boolean;
}

const COUNTED: Options = { isCounted: true };
const UNCOUNTED: Options = { isCounted: false };

/** Whether a term of leadership begins. */
function isAcquisition({ spec }: Readonly<Record<string, unknown>>): boolean {
  return typeof spec === 'object' && spec !== null && 'acquireTime' in spec;
}

function targetOf({ plural }: ResourceType, { name, namespace }: Named | Manifest['metadata']): string {
  return [plural, ...(namespace === undefined ? [] : [namespace]), name ?? ''].join('/');
}

function fail(kind: 'conflict' | 'transient' | 'timed-out-though-done'): never {
  switch (kind) {
    case 'conflict':
      throw new ApiError('Conflict', 'the object has been modified', { status: 409 });
    case 'transient':
      throw new ApiError('Unavailable', 'the server is currently unable to handle the request', { status: 503 });
    case 'timed-out-though-done':
      throw new ApiError('Network', 'no answer in time');
    default:
      return kind satisfies never;
  }
}
