import type { createContainerService } from '@azure/arm-containerservice/api';
import type { AgentPoolsGetOptionalParams } from '@azure/arm-containerservice/api/agentPools';
import type { TokenCredential } from '@azure/identity';
import type { Clock } from '@kaito/controller-runtime';

import type { Answer } from '../../core/pools/cloud.ts';
import { azureError } from './azure-error.ts';
import type { AzureError, RawAnswer } from './azure-error.ts';
import { cloudFailure } from './errors.ts';

type FullOperationResponse = Parameters<NonNullable<AgentPoolsGetOptionalParams['onResponse']>>[0];

/** How Azure Resource Manager is reached, whichever of its services is asked. */
export interface ArmOptions {
  readonly endpoint: string;
  /** What the token is asked for. */
  readonly scope: string;
  readonly subscriptionId: string;
  readonly credential: TokenCredential;
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
}

interface CallOptions<T> {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** What it means that there is no such thing; absent: a failure. */
  readonly ifGone?: T;
}

/** Goes with every request, so that its answer is seen as it came. */
export interface Seen {
  readonly abortSignal: AbortSignal;
  readonly onResponse: (response: FullOperationResponse) => void;
}

type Send<T> = (seen: Seen, answered: () => RawAnswer | undefined) => Promise<T>;

/** One call of an SDK; what it throws becomes a value here, and nowhere else. */
export async function call<T>(options: CallOptions<T>, send: Send<T>): Promise<Answer<T>> {
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
    return 'ifGone' in options && isGone(error)
      ? { isOk: true, value: options.ifGone }
      : { isOk: false, failure: cloudFailure(error) };
  }
}

/** Not the same as a cluster that is not there. */
function isGone({ code, status }: AzureError): boolean {
  return status === 404 && code === 'NotFound';
}

type ClientOptions = Pick<
  NonNullable<Parameters<typeof createContainerService>[2]>,
  'additionalPolicies' | 'credentials' | 'endpoint' | 'retryOptions' | 'userAgentOptions'
>;

/** What a client of every SDK is made with. */
export function clientOptions({ endpoint, requestTimeoutMs, scope }: ArmOptions): ClientOptions {
  return {
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
  };
}
