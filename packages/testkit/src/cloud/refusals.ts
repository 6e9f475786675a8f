import type { AgentPool, Answer, CloudFailure, Quota } from '@kaito/gpu-provisioner';

/** What AKS says, as the provisioner's adapter reads it. */
export const refusals = {
  poolExists: told('AlreadyExists', 'PreconditionFailed', 'the etag does not match'),
  poolLimit: told('PoolLimitReached', 'MaxAgentPoolCountReached', 'cluster already has the maximum number of pools'),
  invalid: told('Rejected', 'InvalidParameter', 'the value of a parameter is invalid'),
  sizeUnknown: told('SkuUnavailable', 'VMSizeNotSupported', 'this VM size is not supported here'),
  sizeNotAllowed: told('SkuUnavailable', 'BadRequest', 'this VM size is not allowed in your subscription in location'),
  noCapacityAtOnce: told('SkuUnavailable', 'SkuNotAvailable', 'the requested VM size is currently not available'),
  noCapacity: told('SkuUnavailable', 'AllocationFailed', 'we do not have sufficient capacity'),
  noCapacityInZone: told('SkuUnavailable', 'ZonalAllocationFailed', 'we do not have sufficient capacity in this zone'),
  notInZone: told('SkuUnavailable', 'SkuNotAvailable', 'the requested VM size is not available in this zone'),
  computeDenied: told('Denied', 'AuthorizationFailed', 'the client may not read Microsoft.Compute'),
  otherOperation: told('Busy', 'OperationNotAllowed', 'another agentpool operation is in progress'),
  ownCreation: told('OwnOperation', 'OperationNotAllowed', 'an in progress create operation on node pool'),
  nothingToAbort: told('Busy', 'OperationNotAllowed', 'there is no operation in progress that could be aborted'),
  noSuchPool: told('Transient', 'NotFound', 'agent pool not found'),
  overridden: told('Transient', 'Canceled', 'the operation has been overridden by a later one'),
  cancelled: told('Transient', 'Canceled', 'Azure does not say why'),
  noAnswer: told('Transient', 'ECONNRESET', 'the connection ended without an answer'),
} as const satisfies Readonly<Record<string, CloudFailure>>;

function told<K extends Exclude<CloudFailure['kind'], 'QuotaExceeded'>>(
  kind: K,
  code: string,
  message: string,
): { readonly kind: K; readonly code: string; readonly message: string } {
  return { kind, code, message };
}

export function throttled(retryAfterMs: number): CloudFailure {
  return { kind: 'Transient', code: 'Throttled', message: 'request limit has been exceeded', retryAfterMs };
}

export function quotaRefused(quota: Quota): CloudFailure {
  return { kind: 'QuotaExceeded', code: 'ErrCode_InsufficientVCPUQuota', message: 'insufficient vcpu quota', quota };
}

export function quotaFailed(quota: Quota): CloudFailure {
  const message = `exceeding approved ${quota.family ?? ''} Cores quota`;
  return { kind: 'QuotaExceeded', code: 'OperationNotAllowed', message, quota };
}

export function yes<T>(value: T): Answer<T> {
  return { isOk: true, value };
}

export function no(failure: CloudFailure): { readonly isOk: false; readonly failure: CloudFailure } {
  return { isOk: false, failure };
}

export function isSettled({ phase }: Pick<AgentPool, 'phase'>): boolean {
  return phase === 'Ready' || phase === 'Failed' || phase === 'Canceled';
}
