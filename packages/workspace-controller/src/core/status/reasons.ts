/** Every reason of a condition, as scripts written for the Go original expect them (workspace.md 4). */
export const reasons = {
  // MachineReady
  createMachinePending: 'CreateMachinePending',
  machineFailedCreation: 'machineFailedCreation',
  checkMachineStatusFailed: 'checkMachineStatusFailed',
  nodeNotReady: 'NodeNotReady',
  nodePluginsNotReady: 'NodePluginsNotReady',
  installNodePluginsSuccess: 'installNodePluginsSuccess',
  // NodeClaimReady
  nodeClaimNotReady: 'NodeClaimNotReady',
  nodeClaimFailedCreation: 'nodeClaimFailedCreation',
  checkNodeClaimStatusFailed: 'checkNodeClaimStatusFailed',
  nodeClaimsReady: 'NodeClaimsReady',
  // NodesReady
  nodesReady: 'NodesReady',
  // ResourceReady
  resourceFailed: 'workspaceResourceStatusFailed',
  resourceNotReady: 'workspaceResourceStatusNotReady',
  resourceSuccess: 'workspaceResourceStatusSuccess',
  // InferenceReady
  inferenceSuccess: 'WorkspaceInferenceStatusSuccess',
  inferenceFailed: 'WorkspaceInferenceStatusFailed',
  inferencePending: 'WorkspaceInferenceStatusPending',
  invalidImageName: 'InvalidImageName',
  imagePullError: 'ImagePullError',
  crashLoop: 'ContainerCrashLoopBackOff',
  outOfMemory: 'ContainerOOMKilled',
  startError: 'ContainerStartError',
  podEvicted: 'PodEvicted',
  unschedulable: 'Unschedulable',
  featureNotAvailable: 'FeatureNotAvailable',
  // WorkspaceReady, WorkspaceSucceeded
  workspaceReady: 'workspaceReady',
  workspaceSucceeded: 'workspaceSucceeded',
  workspacePending: 'workspacePending',
  workspaceFailed: 'workspaceFailed',
  // WorkspaceDeleting
  workspaceDeleted: 'workspaceDeleted',
} as const;
