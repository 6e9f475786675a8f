import { createComputeManagement } from '@azure/arm-compute/api';
import type { ComputeManagementContext } from '@azure/arm-compute/api';

import type { Compute } from '../../core/offering.ts';
import { call, clientOptions } from './call.ts';
import type { ArmOptions, Seen } from './call.ts';
import { Page, regionOf, toUsage, toVmSku } from './compute-model.ts';

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

/** Page by page: of megabytes only what `read` makes of an entry stays. */
async function entries<T>(
  { client, seen }: Asking,
  first: Response,
  read: (entry: unknown) => T | undefined,
): Promise<readonly T[]> {
  const kept: T[] = [];
  for (let response: Response | undefined = first; response !== undefined;) {
    const { nextLink, value } = await pageOf(response);
    for (const entry of value) {
      const made = read(entry);
      if (made !== undefined) {
        kept.push(made);
      }
    }
    response = nextLink === undefined ? undefined : client.pathUnchecked(nextLink).get({ ...seen });
  }
  return kept;
}

async function pageOf(response: Response): Promise<Page> {
  const answer: { readonly body: unknown; readonly status: string } = await response;
  if (answer.status !== '200') {
    throw new UnexpectedStatus(`unexpected status ${answer.status}`); // its body was seen, and says more
  }
  return Page.parse(answer.body);
}

class UnexpectedStatus extends Error {
  override readonly name = 'UnexpectedStatus';
}
