import type { CloudFailure, Quota } from '../pools/cloud.ts';

export interface FailureContext {
  readonly vmSize: string;
  readonly location: string;
}

/** Azure's own words are kept up to this length; ours, with codes and figures, come before and are never cut. */
const MAX_QUOTE = 500;

/** A failure in sentences for the person who can solve it: what, then what to do, then Azure's words. */
export function failureText(failure: CloudFailure, context: FailureContext): string {
  const quote = failure.message.trim().replaceAll(/\s+/gu, ' ');
  const cut = quote.length > MAX_QUOTE ? `${quote.slice(0, MAX_QUOTE - 1)}…` : quote;
  const told = summary(failure, context);
  return cut === '' ? `${told} (${failure.code})` : `${told}. Azure says ${failure.code}: ${cut}`;
}

const WAITS_FOR_OTHERS =
  'another agent pool operation is in progress on the cluster. The request is sent again when it has ended';

const SUMMARIES: Readonly<
  Record<Exclude<CloudFailure['kind'], 'QuotaExceeded'>, string | ((context: FailureContext) => string)>
> = {
  SkuUnavailable: ({ location, vmSize }) =>
    `${vmSize} cannot be had in ${location} at present. Use another instance type, or another location`,
  PoolLimitReached:
    'the cluster has as many agent pools as AKS allows (100). Delete some, then this one is tried again',
  Denied:
    'Azure does not allow it. Give the identity of this provisioner agentPools read, write and delete on the cluster, check its federated credential, and remove whatever else Azure names (a policy, a lock, a full subnet)',
  ClusterNotFound:
    'the AKS cluster was not found. Check the subscription, ARM_RESOURCE_GROUP and AZURE_CLUSTER_NAME of the provisioner',
  Rejected: 'Azure rejects the agent pool that this claim describes. Change what it asks for',
  Busy: WAITS_FOR_OTHERS,
  OwnOperation: WAITS_FOR_OTHERS,
  AlreadyExists: 'there is an agent pool of this name. It is looked at before anything else is done',
  Transient: 'Azure did not answer as it should. The request is sent again',
};

function summary(failure: CloudFailure, context: FailureContext): string {
  const { location, vmSize } = context;
  if (failure.kind === 'QuotaExceeded') {
    return `vCPU quota${quotaText(failure.quota)} does not allow one more ${vmSize} in ${location}. Ask for more under Quotas in the Azure portal, or use another instance type`;
  }
  const text = SUMMARIES[failure.kind];
  return typeof text === 'string' ? text : text(context);
}

/** ` standardNCSv3Family (6 needed, limit 24, 24 used, 0 left)`, as far as it is known. */
export function quotaText({ family, limit, used, needed, remaining }: Quota): string {
  const figures = [
    needed === undefined ? undefined : `${needed} needed`,
    limit === undefined ? undefined : `limit ${limit}`,
    used === undefined ? undefined : `${used} used`,
    remaining === undefined ? undefined : `${remaining} left`,
  ].filter((figure) => figure !== undefined);
  const name = family === undefined ? '' : ` ${family}`;
  return figures.length === 0 ? name : `${name} (${figures.join(', ')})`;
}
