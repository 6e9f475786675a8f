/** Labels that Kaito, Karpenter and AKS read or write (workspace.md 2.2, provisioner.md 1.1.2, 1.2.2 and 3.5). */
export const labels = {
  workspace: 'kaito.sh/workspace',
  workspaceNamespace: 'kaito.sh/workspacenamespace',
  ragEngine: 'kaito.sh/ragengine',
  machineType: 'kaito.sh/machine-type',
  creationTimestamp: 'kaito.sh/creation-timestamp',
  accelerator: 'accelerator',
  provisionerName: 'karpenter.sh/provisioner-name',
  nodePool: 'karpenter.sh/nodepool',
  /** On NodePools that Kaito writes, and on what comes of them (workspace.md 6.4). */
  poolManagedBy: 'karpenter.kaito.sh/managed-by',
  poolWorkspace: 'karpenter.kaito.sh/workspace-name',
  poolWorkspaceNamespace: 'karpenter.kaito.sh/workspace-namespace',
  /** On a Node that was there before and that a Workspace holds: the uid of that Workspace. */
  reservedBy: 'kaito.sh/reserved-by',
  capacityType: 'karpenter.sh/capacity-type',
  registered: 'karpenter.sh/registered',
  initialized: 'karpenter.sh/initialized',
  doNotSyncTaints: 'karpenter.sh/do-not-sync-taints',
  nodeClass: 'kaito.sh/kaitonodeclass',
  instanceType: 'node.kubernetes.io/instance-type',
  zone: 'topology.kubernetes.io/zone',
  region: 'topology.kubernetes.io/region',
  arch: 'kubernetes.io/arch',
  os: 'kubernetes.io/os',
  hostname: 'kubernetes.io/hostname',
  agentPool: 'agentpool',
  azureAgentPool: 'kubernetes.azure.com/agentpool',
  azureCluster: 'kubernetes.azure.com/cluster',
  nodeImageVersion: 'kubernetes.azure.com/node-image-version',
  excludeFromLoadBalancers: 'node.kubernetes.io/exclude-from-external-load-balancers',
} as const;

export const annotations = {
  enableLoadBalancer: 'kaito.sh/enablelb',
  runtime: 'kaito.sh/runtime',
  revision: 'workspace.kaito.io/revision',
  hash: 'workspace.kaito.io/hash',
  /** On what the workspace-controller applies: the hash of the manifest, so that it tells what it has applied. */
  applied: 'workspace.kaito.io/applied',
  /** On the pods of a group and the template that they come from: a number that all members share. */
  groupGeneration: 'kaito.sh/group-generation',
  linked: 'karpenter.sh/linked',
  doNotEvict: 'karpenter.sh/do-not-evict',
  doNotDisrupt: 'karpenter.sh/do-not-disrupt',
  nodeClaimTerminationTimestamp: 'karpenter.sh/nodeclaim-termination-timestamp',
  imageFamily: 'kaito.sh/node-image-family',
  /** On a Workspace: which of the configured node classes its NodePool has. */
  nodeClassName: 'kaito.sh/node-class-name',
  createAttempts: 'kaito.sh/create-attempts',
  /** On a Machine that is given up: why, which the condition may not say there. */
  launchFailure: 'kaito.sh/launch-failure',
  nodeUid: 'kaito.sh/node-uid',
  /** On a claim whose agent pool the Go gpu-provisioner made: which pool that is. */
  adoptedPool: 'kaito.sh/adopted-agent-pool',
  /** On a claim whose user was told, once, that its GPUs do not appear: since when the Node could have offered them. */
  gpuAwaitedSince: 'kaito.sh/gpu-awaited-since',
} as const;

export const finalizers = {
  workspace: 'workspace.finalizer.kaito.sh',
  termination: 'karpenter.sh/termination',
} as const;

/** Who wrote a field, in server-side apply and in `metadata.managedFields`. */
export const fieldManagers = {
  workspaceController: 'kaito-workspace-controller',
  gpuProvisioner: 'kaito-gpu-provisioner',
  nodeAgent: 'kaito-node-agent',
} as const;

/** Condition types, as scripts written for the original expect them (workspace.md 4, provisioner.md 1.1.2 and 1.2.2). */
export const conditions = {
  workspace: {
    machineReady: 'MachineReady',
    nodeClaimReady: 'NodeClaimReady',
    nodesReady: 'NodesReady',
    resourceReady: 'ResourceReady',
    inferenceReady: 'InferenceReady',
    jobStarted: 'JobStarted',
    workspaceReady: 'WorkspaceReady',
    workspaceSucceeded: 'WorkspaceSucceeded',
    workspaceDeleting: 'WorkspaceDeleting',
  },
  machine: {
    launched: 'MachineLaunched',
    registered: 'MachineRegistered',
    initialized: 'MachineInitialized',
    ready: 'Ready',
  },
  nodeClaim: {
    launched: 'Launched',
    registered: 'Registered',
    initialized: 'Initialized',
    ready: 'Ready',
    drained: 'Drained',
    volumesDetached: 'VolumesDetached',
    instanceTerminating: 'InstanceTerminating',
  },
} as const;

export const taints = {
  gpu: { key: 'sku', value: 'gpu', effect: 'NoSchedule' },
  /** On a Node from its boot until its claim knows it. */
  unregistered: { key: 'karpenter.sh/unregistered', effect: 'NoExecute' },
  /** On a Node that is drained. */
  disrupted: { key: 'karpenter.sh/disrupted', effect: 'NoSchedule' },
} as const;
