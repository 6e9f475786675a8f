import { createContainerService } from '@azure/arm-containerservice/api';
import type { ContainerServiceContext } from '@azure/arm-containerservice/api';
import { $delete, abortLatestOperation, createOrUpdate, get, list } from '@azure/arm-containerservice/api/agentPools';
import type { AgentPoolsGetOptionalParams } from '@azure/arm-containerservice/api/agentPools';
import type { TokenCredential } from '@azure/identity';
import type { Clock } from '@kaito/controller-runtime';

import type { AgentPool, AgentPools, AgentPoolSpec, Answer } from '../../core/cloud.ts';
import { etagOf, fromAzure, toAzure } from './agent-pool-model.ts';
import { azureError } from './azure-error.ts';
import type { AzureError, RawAnswer } from './azure-error.ts';
import { cloudFailure } from './errors.ts';

type FullOperationResponse = Parameters<NonNullable<AgentPoolsGetOptionalParams['onResponse']>>[0];

export interface AzureOptions {
  readonly endpoint: string;
  /** What the token is asked for. */
  readonly scope: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly clusterName: string;
  readonly credential: TokenCredential;
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
}

/** The agent pools of one AKS cluster, through Azure's own SDK. */
export function azureAgentPools(options: AzureOptions): AgentPools {
  const { clusterName, resourceGroup } = options;
  const client = connect(options);
  const at = [client, resourceGroup, clusterName] as const;
  // An operation's poller is dropped once its first request is answered: the pool itself shows how it goes on.
  return {
    create: async (spec, signal) =>
      call({ ...options, signal }, async (seen, answered) => {
        await createOrUpdate(...at, spec.name, toAzure(spec), { ...seen, ifNoneMatch: '*' }).submitted();
        return accepted(spec, etagOf(answered()?.body));
      }),
    delete: async ({ etag, name }, signal) =>
      call<'accepted' | 'absent'>({ ...options, signal, ifGone: 'absent' }, async (seen, answered) => {
        const condition = etag === undefined ? {} : { ifMatch: etag };
        await $delete(...at, name, { ...seen, ...condition, ignorePodDisruptionBudget: true }).submitted();
        return answered()?.status === 204 ? 'absent' : 'accepted';
      }),
    abort: async (name, signal) =>
      call({ ...options, signal }, async (seen) => {
        await abortLatestOperation(...at, name, seen).submitted();
        return 'accepted' as const;
      }),
    get: async (name, signal) =>
      call<AgentPool | undefined>({ ...options, signal, ifGone: undefined }, async (seen) =>
        fromAzure(await get(...at, name, seen)),
      ),
    list: async (signal) =>
      call({ ...options, signal }, async (seen) => {
        const pools: AgentPool[] = [];
        for await (const pool of list(...at, seen)) {
          pools.push(fromAzure(pool));
        }
        return pools;
      }),
  };
}

interface CallOptions<T> {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** What it means that there is no such pool; absent: a failure. */
  readonly ifGone?: T;
}

type Send<T> = (
  seen: { readonly abortSignal: AbortSignal; readonly onResponse: (response: FullOperationResponse) => void },
  answered: () => RawAnswer | undefined,
) => Promise<T>;

/** One call of the SDK; what it throws becomes a value here, and nowhere else. */
async function call<T>(options: CallOptions<T>, send: Send<T>): Promise<Answer<T>> {
  const { clock, signal } = options;
  let answer: RawAnswer | undefined;
  const onResponse = ({ bodyAsText, headers, status }: FullOperationResponse): void => {
    answer = { status, retryAfter: headers.get('retry-after'), body: bodyAsText };
  };
  try {
    return { isOk: true, value: await send({ abortSignal: signal, onResponse }, () => answer) };
  } catch (thrown) {
    signal.throwIfAborted();
    const error = azureError(thrown, answer, clock.now());
    return 'ifGone' in options && isPoolGone(error)
      ? { isOk: true, value: options.ifGone }
      : { isOk: false, failure: cloudFailure(error) };
  }
}

/** Not the same as a cluster that is not there. */
function isPoolGone({ code, status }: AzureError): boolean {
  return status === 404 && code === 'NotFound';
}

/** What an accepted create makes, until the cloud is asked for it. */
function accepted({ name, nodeLabels, tags, vmSize }: AgentPoolSpec, etag: string | undefined): AgentPool {
  return { name, phase: 'Creating', vmSize, tags, nodeLabels, ...(etag !== undefined && { etag }) };
}

function connect({
  credential,
  endpoint,
  requestTimeoutMs,
  scope,
  subscriptionId,
}: AzureOptions): ContainerServiceContext {
  return createContainerService(credential, subscriptionId, {
    endpoint,
    credentials: { scopes: [scope] },
    retryOptions: { maxRetries: 0 }, // when to try again is decided where the whole cluster is seen
    userAgentOptions: { userAgentPrefix: 'kaito-gpu-provisioner' },
    additionalPolicies: [
      {
        position: 'perCall',
        policy: {
          name: 'kaitoTimeout',
          sendRequest: async (request, next) => {
            request.timeout = requestTimeoutMs;
            return next(request);
          },
        },
      },
    ],
  });
}
