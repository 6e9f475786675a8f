import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';

import type { CloudFailure } from '../../core/pools/cloud.ts';
import { azureError, provisioningError } from './azure-error.ts';
import { cloudFailure } from './errors.ts';

const PUBLISHED = path.join(import.meta.dirname, '../../../../../../shared/fixtures/aks/arm-errors.json');
const now = new Date('2026-01-01T00:00:00Z');

type Recorded = readonly [id: string, status: number, code: string, message: string, kind: CloudFailure['kind']];

/** What ARM answers, as recorded, and what it means to us. */
const recorded: readonly Recorded[] = [
  [
    'conflict-other-pool',
    409,
    'OperationNotAllowed',
    'Operation is not allowed: Another agentpool operation (gpu - Creating) is in progress, please wait for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details',
    'Busy',
  ],
  [
    'conflict-same-pool-create',
    409,
    'OperationNotAllowed',
    "Operation is not allowed because there's an in progress create node pool operation on node pool started at 2026-01-01T00:00:00Z.",
    'OwnOperation',
  ],
  [
    'immutable-change',
    400,
    'PropertyChangeNotAllowed',
    "Changing property 'properties.vmSize' is not allowed.",
    'Rejected',
  ],
  ['etag', 412, 'PreconditionFailed', 'The request failed because the etag does not match.', 'AlreadyExists'],
  [
    'invalid-parameter',
    400,
    'InvalidParameter',
    'The value of parameter agentPoolProfile.count is invalid.',
    'Rejected',
  ],
  ['name', 400, 'InvalidParameter', 'The value of parameter agentPoolProfile.name is invalid.', 'Rejected'],
  [
    'sku-not-in-subscription',
    400,
    'BadRequest',
    "The VM size of AgentPoolProfile:gpu is not allowed in your subscription in location 'eastus'. The available VM sizes are ...",
    'SkuUnavailable',
  ],
  [
    'sku-not-supported',
    400,
    'VMSizeNotSupported',
    "Virtual Machine size: 'Standard_X' is not supported for subscription s in location 'eastus'.",
    'SkuUnavailable',
  ],
  [
    'sku-not-available',
    409,
    'SkuNotAvailable',
    "The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: Standard_X' is currently not available in location 'eastus'.",
    'SkuUnavailable',
  ],
  [
    'aks-vcpu-quota',
    400,
    'ErrCode_InsufficientVCPUQuota',
    'Insufficient vcpu quota requested 24, remaining 0 for family standardNCADSA100v4Family for region eastus.',
    'QuotaExceeded',
  ],
  [
    'crp-family-quota',
    409,
    'OperationNotAllowed',
    'Operation could not be completed as it results in exceeding approved standardNCADSA100v4Family Family Cores quota. Additional details - Deployment Model: Resource Manager, Location: eastus, Current Limit: 24, Current Usage: 24, Additional Required: 24, (Minimum) New Limit Required: 48.',
    'QuotaExceeded',
  ],
  [
    'crp-regional-quota',
    409,
    'OperationNotAllowed',
    'Operation could not be completed as it results in exceeding approved Total Regional Cores quota. Additional details - ... Current Limit: 100, Current Usage: 90, Additional Required: 24',
    'QuotaExceeded',
  ],
  [
    'crp-lowpri-quota',
    409,
    'OperationNotAllowed',
    'Operation could not be completed as it results in exceeding approved LowPriorityCores quota. Additional details - ...',
    'QuotaExceeded',
  ],
  [
    'quota-exceeded',
    409,
    'QuotaExceeded',
    'Operation could not be completed as it results in exceeding approved standardNCFamily Cores quota ...',
    'QuotaExceeded',
  ],
  ['allocation-failed', 409, 'AllocationFailed', 'Allocation failed.', 'SkuUnavailable'],
  ['zonal-allocation-failed', 409, 'ZonalAllocationFailed', 'Allocation failed.', 'SkuUnavailable'],
  [
    'overconstrained',
    409,
    'OverconstrainedAllocationRequest',
    'Create or update cannot be completed',
    'SkuUnavailable',
  ],
  [
    'overconstrained-zonal',
    409,
    'OverconstrainedZonalAllocationRequest',
    'Same, zone-bound request.',
    'SkuUnavailable',
  ],
  ['overridden', 200, 'Canceled', 'The operation has been overridden and canceled by a later operation.', 'Transient'],
  ['drain', 409, 'PodDrainFailure', 'Drain of n did not complete: Too Many req pod p on node n', 'Transient'],
  ['delete-vmss', 409, 'DeleteVMSSAgentPoolFailed', 'Deletion of the scale set failed: x', 'Transient'],
  [
    'arm-404',
    404,
    'ResourceNotFound',
    "The Resource 'Microsoft.ContainerService/managedClusters/c' was not found.",
    'ClusterNotFound',
  ],
  ['rg-404', 404, 'ResourceGroupNotFound', "Resource group 'rg' could not be found.", 'ClusterNotFound'],
  ['authz', 403, 'AuthorizationFailed', "The client 'c' does not have authorization to perform action 'x'", 'Denied'],
  ['token', 401, 'InvalidAuthenticationToken', 'The access token is invalid.', 'Denied'],
  ['throttle-aks', 429, 'Throttled', 'PutAgentPool.PUT request limit has been exceeded for SubID=s', 'Transient'],
  ['throttle-arm', 429, 'SubscriptionRequestsThrottled', 'Number of requests exceeded', 'Transient'],
  ['server', 503, 'ServiceUnavailable', 'The service is unavailable now, please retry.', 'Transient'],
  [
    'limit-100',
    400,
    'MaxAgentPoolCountReached',
    'cluster already has the maximum number of agent pools (100)',
    'PoolLimitReached',
  ],
];

/** What Azure answers beside, and what it means to us: somebody must act, another size helps, or it passes. */
const further: readonly Recorded[] = [
  ['a role on the subnet', 403, 'LinkedAuthorizationFailed', 'has permission but the linked scope is', 'Denied'],
  ['a policy', 403, 'RequestDisallowedByPolicy', "Resource 'ws1' was disallowed by policy.", 'Denied'],
  ['a region that is closed', 403, 'RequestDisallowedByAzure', 'was disallowed by Azure', 'Denied'],
  [
    'a lock',
    409,
    'ScopeLocked',
    'The scope cannot perform write operation because following scope(s) are locked',
    'Denied',
  ],
  ['a subscription that is switched off', 409, 'ReadOnlyDisabledSubscription', 'is disabled and therefore', 'Denied'],
  ['a provider that is not registered', 409, 'MissingSubscriptionRegistration', 'is not registered to use', 'Denied'],
  ['a subnet without addresses', 400, 'SubnetIsFull', 'Subnet nodes with address prefix 10.0.0.0/24', 'Denied'],
  ['a subnet that is too small', 400, 'InsufficientSubnetSize', 'Pre-allocated IPs 93 exceeds IPs available', 'Denied'],
  ['another spelling of quota', 400, 'InsufficientVCPUQuota', 'Insufficient vcpu quota requested 24', 'QuotaExceeded'],
  ['a quota of spot', 409, 'LowPriorityQuotaExceeded', 'exceeding approved quota', 'QuotaExceeded'],
  ['a size that the subscription may not use', 409, 'NotAvailableForSubscription', 'x', 'SkuUnavailable'],
  ['a zone that the size is not in', 400, 'AvailabilityZoneNotSupported', "The zone(s) '1'", 'SkuUnavailable'],
  ['a subscription that is none', 400, 'InvalidSubscriptionId', "The provided subscription 'x'", 'ClusterNotFound'],
  ['a conflict of the back end', 409, 'OperationPreempted', 'has been preempted by a more recent one', 'Transient'],
  ['a time-out within', 504, 'GatewayTimeout', 'did not respond in time', 'Transient'],
];

/** Published entries that are no failure of a call of ours: an absent pool is a value, operations are not polled. */
const notCalls: readonly string[] = ['pool-404', 'throttle-gone', 'stuck-lro', 'template-wrapper'];

describe('cloudFailure', () => {
  it.each(recorded)('%s: %i %s', (...[, status, code, message, kind]) => {
    expect(failure(status, { code, message })).toMatchObject({ kind, code, message });
  });

  it('reads the figures of both ways in which Azure tells of a quota', () => {
    const message = 'Insufficient vcpu quota requested 24, remaining 8 for family standardNCFamily for region eastus.';
    expect(failure(400, { code: 'ErrCode_InsufficientVCPUQuota', message })).toMatchObject({
      quota: { family: 'standardNCFamily', needed: 24, remaining: 8 },
    });
    const other =
      'Operation could not be completed as it results in exceeding approved standardNCFamily Family Cores quota. Additional details - Current Limit: 24, Current Usage: 12, Additional Required: 24';
    expect(failure(409, { code: 'OperationNotAllowed', message: other })).toMatchObject({
      quota: { family: 'standardNCFamily', limit: 24, used: 12, needed: 24 },
    });
  });

  it('unwraps what a deployment failed of, however deep it lies', () => {
    const inner = { code: 'AllocationFailed', message: 'no capacity' };
    const wrapped = {
      code: 'InvalidTemplateDeployment',
      message: 'see details',
      details: [{ code: 'DeploymentFailed', message: '', details: [inner] }],
    };
    expect(failure(400, wrapped)).toEqual({ kind: 'SkuUnavailable', ...inner });
    expect(cloudFailure(provisioningError(wrapped))).toEqual({ kind: 'SkuUnavailable', ...inner });
  });

  it('keeps what Azure says when the details only add to it', () => {
    const error = { code: 'SkuNotAvailable', message: 'not here', details: [{ code: 'Target', message: 'more' }] };
    expect(failure(409, error)).toEqual({ kind: 'SkuUnavailable', code: 'SkuNotAvailable', message: 'not here' });
  });

  it('judges an unknown code by its status', () => {
    expect(failure(400, { code: 'Novel', message: '' }).kind).toBe('Rejected');
    expect(failure(403, { code: 'Novel', message: '' }).kind).toBe('Denied');
    expect(failure(409, { code: 'Novel', message: '' }).kind).toBe('Transient');
    expect(failure(502, { code: 'Novel', message: '' }).kind).toBe('Transient');
  });

  it('does not repeat the token that a server quotes', () => {
    const error = { code: 'InvalidAuthenticationToken', message: 'invalid: authorization: Bearer hunter2' };
    expect(failure(401, error)).toMatchObject({ kind: 'Denied', message: 'invalid: authorization: Bearer [Redacted]' });
    expect(provisioningError({ code: 'X', message: 'client_secret=hunter2' }).message).toBe('client_secret=[Redacted]');
    expect(withoutToken('AADSTS7: client_assertion=hunter2').message).toBe('AADSTS7: client_assertion=[Redacted]');
  });

  it('takes a page of a proxy, a dead socket and a thrown string for passing', () => {
    const page = azureError({ message: 'Unexpected status code: 502' }, { status: 502, body: '<html>' }, now);
    expect(cloudFailure(page)).toEqual({ kind: 'Transient', code: 'Unknown', message: 'Unexpected status code: 502' });
    const dead = azureError({ name: 'RestError', code: 'ECONNRESET', message: 'socket hang up' }, undefined, now);
    expect(cloudFailure(dead)).toEqual({ kind: 'Transient', code: 'ECONNRESET', message: 'socket hang up' });
    expect(cloudFailure(azureError('gone', undefined, now)).message).toBe('gone');
  });

  it.each(['endpoints_resolution_error', 'openid_config_error', 'network_error', 'no_network_connectivity'])(
    'takes %s of the authority for passing, and a refused assertion not',
    (reason) => {
      expect(withoutToken(`${reason}: See https://aka.ms/msal.js.errors for details`).kind).toBe('Transient');
      expect(withoutToken('invalid_client: AADSTS700213: No matching federated identity record').kind).toBe('Denied');
    },
  );

  it('reads Retry-After in seconds and as a date', () => {
    expect(retryAfter('17')).toBe(17_000);
    expect(retryAfter('Thu, 01 Jan 2026 00:00:30 GMT')).toBe(30_000);
    expect(retryAfter('soon')).toBeUndefined();
  });

  it.each(further)('knows %s', (...[, status, code, message, kind]) => {
    expect(failure(status, { code, message })).toMatchObject({ kind, code });
  });

  it.each(['InvalidTemplateDeployment', 'DeploymentFailed', 'Conflict'])(
    'finds what really happened within %s, however deep, and written as text',
    (code) => {
      const inner = { code: 'SkuNotAvailable', message: 'not in eastus' };
      const found = { kind: 'SkuUnavailable', ...inner };
      const nested = { code: 'DeploymentFailed', message: 'see details', details: [inner] };
      expect(failure(400, { code, message: 'see details', details: [nested] })).toEqual(found);
      const written = { code: 'Conflict', message: JSON.stringify({ error: inner }) };
      expect(failure(409, { code, message: 'see details', details: [written] })).toEqual(found);
    },
  );

  it.each([
    [
      'CreateVMSSAgentPoolFailed',
      'Category: ClientError; SubCode: AllocationFailed; OriginalError: x',
      'SkuUnavailable',
    ],
    ['ReconcileVMSSAgentPoolFailed', 'retry failed: Code="ScopeLocked" Message="locked"', 'Denied'],
    ['CreateVMSSAgentPoolFailed', 'it did not work', 'Transient'],
  ])('reads what a scale set was refused for (%s: %s)', (code, message, kind) => {
    expect(cloudFailure(provisioningError({ code, message })).kind).toBe(kind);
  });

  it('leaves a wrapper as it is when there is nothing in it', () => {
    expect(failure(400, { code: 'InvalidTemplateDeployment', message: '{oops' })).toMatchObject({
      kind: 'Rejected',
      code: 'InvalidTemplateDeployment',
    });
  });

  it('knows every error that is published', () => {
    const ours = new Map(recorded.map(([id, status, code]) => [id, { status, code }]));
    expect(
      published().filter(({ id, status, code }) => ours.get(id)?.status !== status || ours.get(id)?.code !== code),
    ).toEqual([]);
  });
});

interface PublishedError {
  readonly id: string;
  readonly status: number;
  readonly code: string | null;
}

/** None where the list is not at hand: then the recorded ones are all that is checked. */
function published(): readonly PublishedError[] {
  if (!existsSync(PUBLISHED)) {
    process.stdout.write('the published list of ARM errors is not here: only the recorded ones were checked\n');
    return [];
  }
  return z
    .object({ errors: z.array(z.object({ id: z.string(), httpStatus: z.int(), code: z.string().nullable() })) })
    .parse(JSON.parse(readFileSync(PUBLISHED, 'utf8')))
    .errors.filter(({ id }) => !notCalls.includes(id))
    .map(({ code, httpStatus, id }) => ({ id, status: httpStatus, code }));
}

function retryAfter(header: string): number | undefined {
  return azureError({}, { status: 429, retryAfter: header }, now).retryAfterMs;
}

function withoutToken(message: string): CloudFailure {
  return cloudFailure(azureError({ name: 'CredentialUnavailableError', message }, undefined, now));
}

function failure(status: number, error: object): CloudFailure {
  return cloudFailure(azureError({ statusCode: status }, { status, body: JSON.stringify({ error }) }, now));
}
