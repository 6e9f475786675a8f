/** What AKS and ARM answer, and what their operations end with; `<…>` are blanks. */
export const ARM_ERRORS = {
  'conflict-other-pool': {
    status: 409,
    code: 'OperationNotAllowed',
    message:
      'Operation is not allowed: Another agentpool operation (<pool> - <Creating|Updating|Deleting>) is in progress, please wait for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details',
  },
  'conflict-same-pool-create': {
    status: 409,
    code: 'OperationNotAllowed',
    message:
      "Operation is not allowed because there's an in progress create node pool operation on node pool started at <RFC3339>.",
  },
  'immutable-change': {
    status: 400,
    code: 'PropertyChangeNotAllowed',
    message: "Changing property 'properties.vmSize' is not allowed.",
  },
  etag: {
    status: 412,
    code: 'PreconditionFailed',
    message: 'The request failed because the etag does not match.',
  },
  'invalid-parameter': {
    status: 400,
    code: 'InvalidParameter',
    message: 'The value of parameter agentPoolProfile.<field> is invalid. Error details: <text>',
  },
  name: {
    status: 400,
    code: 'InvalidParameter',
    message:
      'The value of parameter agentPoolProfile.name is invalid. Linux pool names: lower-case letters and digits, start with a letter, at most 12 characters',
  },
  'sku-not-in-subscription': {
    status: 400,
    code: 'BadRequest',
    message:
      "The VM size of AgentPoolProfile:<pool> is not allowed in your subscription in location '<loc>'. The available VM sizes are ...",
  },
  'sku-not-supported': {
    status: 400,
    code: 'VMSizeNotSupported',
    message:
      "Virtual Machine size: '<size>' is not supported for subscription <sub> in location '<loc>'. The available VM sizes are ...",
  },
  'sku-not-available': {
    status: 409,
    code: 'SkuNotAvailable',
    message:
      "The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: <size>' is currently not available in location '<loc>'. Please try another size or deploy to a different location or different zone.",
  },
  'aks-vcpu-quota': {
    status: 400,
    code: 'ErrCode_InsufficientVCPUQuota',
    message: 'Insufficient vcpu quota requested <N>, remaining <R> for family <family> for region <loc>.',
  },
  'crp-family-quota': {
    status: 409,
    code: 'OperationNotAllowed',
    message:
      'Operation could not be completed as it results in exceeding approved <family> Family Cores quota. Additional details - Deployment Model: Resource Manager, Location: <loc>, Current Limit: <L>, Current Usage: <U>, Additional Required: <A>, (Minimum) New Limit Required: <M>.',
  },
  'crp-regional-quota': {
    status: 409,
    code: 'OperationNotAllowed',
    message:
      'Operation could not be completed as it results in exceeding approved Total Regional Cores quota. Additional details - ... Current Limit: <L>, Current Usage: <U>, Additional Required: <A>',
  },
  'crp-lowpri-quota': {
    status: 409,
    code: 'OperationNotAllowed',
    message:
      'Operation could not be completed as it results in exceeding approved LowPriorityCores quota. Additional details - ...',
  },
  'quota-exceeded': {
    status: 409,
    code: 'QuotaExceeded',
    message: 'Operation could not be completed as it results in exceeding approved <family> Cores quota ...',
  },
  'allocation-failed': {
    status: 409,
    code: 'AllocationFailed',
    message: 'Allocation failed. We do not have sufficient capacity for the requested VM size in this region.',
  },
  'zonal-allocation-failed': {
    status: 409,
    code: 'ZonalAllocationFailed',
    message: 'Allocation failed. We do not have sufficient capacity for the requested VM size in this zone.',
  },
  overconstrained: {
    status: 409,
    code: 'OverconstrainedAllocationRequest',
    message:
      'Create or update cannot be completed because the allocation constraints (size, spot, zone ...) cannot be met together.',
  },
  'overconstrained-zonal': {
    status: 409,
    code: 'OverconstrainedZonalAllocationRequest',
    message: 'Same, zone-bound request.',
  },
  'template-wrapper': {
    status: 400,
    code: 'InvalidTemplateDeployment',
    message: 'The template deployment failed with error: ... See inner errors for details.',
  },
  overridden: {
    status: 200,
    code: 'Canceled',
    message: 'The operation has been overridden and canceled by a later operation (PUT on another pool).',
  },
  drain: {
    status: 409,
    code: 'PodDrainFailure',
    message:
      "Drain of <node> did not complete: Too Many req pod <pod> on node <node>: Cannot evict pod as it would violate the pod's disruption budget.",
  },
  'delete-vmss': {
    status: 409,
    code: 'DeleteVMSSAgentPoolFailed',
    message: 'Deletion of the scale set failed: <inner>',
  },
  'pool-404': {
    status: 404,
    code: 'NotFound',
    message: 'Agent Pool not found.',
  },
  'arm-404': {
    status: 404,
    code: 'ResourceNotFound',
    message:
      "The Resource 'Microsoft.ContainerService/managedClusters/<c>' under resource group '<rg>' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
  },
  'rg-404': {
    status: 404,
    code: 'ResourceGroupNotFound',
    message: "Resource group '<rg>' could not be found.",
  },
  authz: {
    status: 403,
    code: 'AuthorizationFailed',
    message:
      "The client '<id>' with object id '<oid>' does not have authorization to perform action 'Microsoft.ContainerService/managedClusters/agentPools/write' over scope '<scope>' or the scope is invalid. If access was recently granted, please refresh your credentials.",
  },
  token: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'The access token is invalid.',
  },
  'throttle-aks': {
    status: 429,
    code: 'Throttled',
    message: '<Handler>.<VERB> request limit has been exceeded for SubID=<sub>, please retry again in <n> seconds',
  },
  'throttle-arm': {
    status: 429,
    code: 'SubscriptionRequestsThrottled',
    message: "Number of requests for subscription '<sub>' and operation '<op>' exceeded the backend storage limit.",
  },
  'throttle-gone': {
    status: 404,
    code: 'NotFound',
    message: 'operation id unknown (expired)',
  },
  server: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'The service is unavailable now, please retry.',
  },
  'limit-100': {
    status: 400,
    code: 'MaxAgentPoolCountReached',
    message: 'cluster already has the maximum number of agent pools (100)',
  },
  'api-version': {
    status: 400,
    code: 'MissingApiVersionParameter',
    message: 'The api-version query parameter (?api-version=) is required for all requests.',
  },
  'subscription-404': {
    status: 404,
    code: 'SubscriptionNotFound',
    message: "The subscription '<sub>' could not be found.",
  },
  'route-404': {
    status: 404,
    code: 'InvalidResourceType',
    message: "The resource type could not be found for path '<path>'.",
  },
  method: {
    status: 405,
    code: 'HttpMethodNotSupported',
    message: "The http method '<method>' is not supported for a resource type.",
  },
  content: {
    status: 400,
    code: 'InvalidRequestContent',
    message: "The request content was invalid and could not be deserialized: '<text>'.",
  },
  'tag-name': {
    status: 400,
    code: 'InvalidTagNameCharacters',
    message: "The tag names '<names>' have reserved characters '<,>,%,&,\\,?,/' or control characters.",
  },
  'etag-mismatch': {
    status: 409,
    code: 'EtagMismatch',
    message: 'The request failed because the etag does not match.',
  },
  'machine-404': {
    status: 404,
    code: 'NotFound',
    message: 'Machine not found.',
  },
  'nothing-to-abort': {
    status: 409,
    code: 'OperationNotAllowed',
    message:
      "Operation is not allowed: there is no operation in progress on agent pool '<pool>' that could be aborted.",
  },
  'too-large': {
    status: 413,
    code: 'RequestContentTooLarge',
    message: 'The request content is larger than the allowed limit.',
  },
  internal: {
    status: 500,
    code: 'InternalServerError',
    message: 'The server encountered an unexpected condition.',
  },
} as const;

export type ArmErrorId = keyof typeof ARM_ERRORS;

export const ARM_ERROR_IDS: readonly ArmErrorId[] = Object.keys(ARM_ERRORS).filter(isArmErrorId);

function isArmErrorId(text: string): text is ArmErrorId {
  return Object.hasOwn(ARM_ERRORS, text);
}
