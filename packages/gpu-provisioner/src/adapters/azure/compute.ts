import { createComputeManagement } from '@azure/arm-compute/api';
import type { ComputeManagementContext } from '@azure/arm-compute/api';

import type { Compute } from '../../core/offerings/offering.ts';
import { call, clientOptions } from './call.ts';
import type { ArmOptions, Seen } from './call.ts';
import { regionOf, toUsage, toVmSku } from './compute-model.ts';
import { ListReader } from './list-reader.ts';

export interface ComputeOptions extends ArmOptions {
  readonly location: string;
}

const PROVIDER = '/subscriptions/{subscriptionId}/providers/Microsoft.Compute';

/** Every cloud of Azure knows these two; the SDK's own are too young for the sovereign ones. */
const SKUS_VERSION = '2021-07-01';
const USAGES_VERSION = '2024-07-01';

/**
 * What a region offers a subscription. Through the SDK's context alone: its operations bring along the models of all of
 * Microsoft.Compute, half a megabyte of code.
 */
export function azureCompute(options: ComputeOptions): Compute {
  const { credential, subscriptionId } = options;
  const client = createComputeManagement(credential, subscriptionId, clientOptions(options));
  const region = regionOf(options.location);
  return {
    skus: async (signal) =>
      call({ ...options, signal }, async (seen) => {
        const queryParameters = { 'api-version': SKUS_VERSION, $filter: `location eq '${region}'` };
        const first = client.pathUnchecked(`${PROVIDER}/skus`, subscriptionId).get({ ...seen, queryParameters });
        return entries({ client, seen }, first, (entry) => toVmSku(entry, region));
      }),
    usages: async (signal) =>
      call({ ...options, signal }, async (seen) => {
        const queryParameters = { 'api-version': USAGES_VERSION };
        const path = `${PROVIDER}/locations/{location}/usages` as const;
        const first = client.pathUnchecked(path, subscriptionId, region).get({ ...seen, queryParameters });
        return entries({ client, seen }, first, toUsage);
      }),
  };
}

interface Asking {
  readonly client: ComputeManagementContext;
  readonly seen: Seen;
}

type Response = ReturnType<ReturnType<ComputeManagementContext['pathUnchecked']>['get']>;

/** Of megabytes only what `read` makes of an entry stays. */
async function entries<T>(
  { client, seen }: Asking,
  first: Response,
  read: (entry: unknown) => T | undefined,
): Promise<readonly T[]> {
  const kept: T[] = [];
  for (let response: Response | undefined = first; response !== undefined;) {
    const reader = new ListReader();
    for await (const chunk of textOf(response)) {
      kept.push(...Array.from(reader.take(chunk), read).filter((made) => made !== undefined));
    }
    const nextLink = reader.end();
    response = nextLink === undefined ? undefined : client.pathUnchecked(nextLink).get({ ...seen });
  }
  return kept;
}

async function* textOf(response: Response): AsyncGenerator<string> {
  const { body, status } = await response.asNodeStream();
  body?.setEncoding('utf8');
  if (status !== '200') {
    throw new UnexpectedStatus(status, await textWhole(body));
  }
  for await (const chunk of body ?? []) {
    yield String(chunk);
  }
}

async function textWhole(body: AsyncIterable<unknown> | undefined): Promise<string> {
  let text = '';
  for await (const chunk of body ?? []) {
    text += String(chunk);
  }
  return text;
}

/** With what a streamed answer says, which the pipeline has not read. */
class UnexpectedStatus extends Error {
  override readonly name = 'UnexpectedStatus';
  readonly body: string;

  constructor(status: string, body: string) {
    super(`unexpected status ${status}`);
    this.body = body;
  }
}
