import type { CloudFailure, Quota } from '../../core/pools/cloud.ts';
import type { AzureError } from './azure-error.ts';

interface Row {
  readonly code: RegExp;
  /** Only where one code has several meanings. */
  readonly text?: RegExp;
  readonly failure: (error: AzureError) => CloudFailure;
}

type PlainKind = Exclude<CloudFailure['kind'], 'QuotaExceeded' | 'Transient'>;

/** Nothing of ours is wrong: a policy, a lock, the subscription or the network forbids it until a person acts. */
const BLOCKED =
  /^(RequestDisallowedBy(Policy|Azure)|ScopeLocked|ReadOnlyDisabledSubscription|DisallowedOperation|SubscriptionNotRegistered|MissingSubscriptionRegistration|NoRegisteredProviderFound|SubnetIsFull|InsufficientSubnetSize)$/u;

/** What ARM's codes mean (provisioner.md 3.6). The first row that fits counts. */
const TABLE: readonly Row[] = [
  { code: /^OperationNotAllowed$/u, text: /exceeding approved .*quota/iu, failure: quotaExceeded },
  { code: /^OperationNotAllowed$/u, text: /another agentpool operation/iu, failure: as('Busy') },
  { code: /^OperationNotAllowed$/u, text: /in progress .*operation on node pool/iu, failure: as('OwnOperation') },
  { code: /^OperationNotAllowed$/u, text: /in progress/iu, failure: as('Busy') },
  { code: /^(ErrCode_)?InsufficientVCPUQuota$|QuotaExceeded/u, failure: quotaExceeded },
  {
    code: /^(SkuNotAvailable|NotAvailableForSubscription|VMSizeNotSupported|AvailabilityZoneNotSupported)$/u,
    failure: as('SkuUnavailable'),
  },
  {
    code: /^(AllocationFailed|ZonalAllocationFailed)$/u,
    failure: as('SkuUnavailable'),
  },
  { code: /^Overconstrained(Zonal)?AllocationRequest$/u, failure: as('SkuUnavailable') },
  { code: /^BadRequest$/u, text: /not allowed in your subscription in location/iu, failure: as('SkuUnavailable') },
  { code: /^MaxAgentPoolCountReached$/u, failure: as('PoolLimitReached') },
  { code: /^(PreconditionFailed|EtagMismatch)$/u, failure: as('AlreadyExists') },
  {
    code: /^(ResourceNotFound|ResourceGroupNotFound|SubscriptionNotFound|InvalidSubscriptionId)$/u,
    failure: as('ClusterNotFound'),
  },
  { code: BLOCKED, failure: as('Denied') },
  {
    code: /^(AuthorizationFailed|LinkedAuthorizationFailed|AuthenticationFailed|InvalidAuthenticationToken.*|ExpiredAuthenticationToken)$/u,
    failure: as('Denied'),
  },
  {
    code: /^(CredentialUnavailableError|AuthenticationError)$/u,
    text: /endpoints_resolution_error|openid_config_error|network_error|no_network_connectivity/u, // it did not answer
    failure: transient,
  },
  { code: /^(CredentialUnavailableError|AuthenticationError|AuthenticationRequiredError)$/u, failure: as('Denied') },
  { code: /^(PodDrainFailure|DeleteVMSSAgentPoolFailed|Canceled|OperationPreempted)$/u, failure: transient },
];

/** An ARM error as a failure that the core can decide on. */
export function cloudFailure(error: AzureError): CloudFailure {
  const row = TABLE.find(({ code, text }) => code.test(error.code) && (text?.test(error.message) ?? true));
  return row === undefined ? byStatus(error) : row.failure(error);
}

/** A code we do not know: its HTTP status tells at least whether to repeat the request. */
function byStatus(error: AzureError): CloudFailure {
  const { code, message, status } = error;
  if (status === 401 || status === 403) {
    return { kind: 'Denied', code, message };
  }
  if (status === 412) {
    return { kind: 'AlreadyExists', code, message };
  }
  const isOurs = status !== undefined && status >= 400 && status < 500 && ![404, 408, 409, 429].includes(status);
  return isOurs ? { kind: 'Rejected', code, message } : transient(error);
}

function as(kind: PlainKind): Row['failure'] {
  return ({ code, message }) => ({ kind, code, message });
}

function transient({ code, message, retryAfterMs }: AzureError): CloudFailure {
  return { kind: 'Transient', code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function quotaExceeded({ code, message }: AzureError): CloudFailure {
  return { kind: 'QuotaExceeded', code, message, quota: quota(message) };
}

/** The figures in Azure's two ways of saying it. */
function quota(message: string): Quota {
  const family =
    /family (\S+) for region/iu.exec(message)?.[1] ??
    /exceeding approved (.+?)(?: Family)? (?:Cores )?quota/iu.exec(message)?.[1];
  const limit = figure(/Current Limit: (\d+)/iu, message);
  const used = figure(/Current Usage: (\d+)/iu, message);
  const needed = figure(/Additional Required: (\d+)/iu, message) ?? figure(/quota requested (\d+)/iu, message);
  const remaining = figure(/remaining (\d+)/iu, message);
  return {
    ...(family !== undefined && { family }),
    ...(limit !== undefined && { limit }),
    ...(used !== undefined && { used }),
    ...(needed !== undefined && { needed }),
    ...(remaining !== undefined && { remaining }),
  };
}

function figure(pattern: RegExp, message: string): number | undefined {
  const digits = pattern.exec(message)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
