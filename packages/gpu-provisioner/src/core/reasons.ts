/** Reasons of the Machine's conditions (provisioner.md 1.1.3). */
export const reasons = {
  launching: 'Launching',
  launchFailed: 'LaunchFailed',
  linkFailed: 'LinkFailed',
  machineNotLaunched: 'MachineNotLaunched',
  nodeNotFound: 'NodeNotFound',
  multipleNodesFound: 'MultipleNodesFound',
  nodeNotReady: 'NodeNotReady',
  startupTaintsExist: 'StartupTaintsExist',
  knownEphemeralTaintsExist: 'KnownEphemeralTaintsExist',
  resourceNotRegistered: 'ResourceNotRegistered',
  draining: 'Draining',
} as const;

/** Reasons of events. */
export const eventReasons = {
  insufficientCapacity: 'InsufficientCapacityError',
  launchFailed: 'LaunchFailed',
  launchTimeout: 'LaunchTimeout',
  registrationTimeout: 'RegistrationTimeout',
  nodeLost: 'NodeLost',
  poolLost: 'AgentPoolLost',
  poolDeletionFailed: 'AgentPoolDeletionFailed',
  poolDeletionSlow: 'AgentPoolDeletionSlow',
  collectionStopped: 'CollectionStopped',
  failedDraining: 'FailedDraining',
  expired: 'Expired',
  nodeUnhealthy: 'NodeUnhealthy',
  nodeRepairBlocked: 'NodeRepairBlocked',
  gpuNotAdvertised: 'GpuNotAdvertised',
} as const;

/** What Kaito looks for, letter by letter, to stop asking (provisioner.md 1.6). */
export const NO_CAPACITY_MESSAGE = 'all requested instance types were unavailable during launch';

/** The `reason` of the metric for claims that we deleted ourselves. */
export type TerminationReason =
  | 'insufficient_capacity'
  | 'launch_timeout'
  | 'registration_timeout'
  | 'node_lost'
  | 'pool_lost'
  | 'expired'
  | 'unhealthy';
