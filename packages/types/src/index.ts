/**
 * The objects that Kaito's programs exchange through the API server: one zod schema per kind, the source of
 * both the TypeScript type and, for the kinds we define, the CRD.
 *
 * @packageDocumentation
 */
export { claimName } from './claim-name.ts';
export { contentHash } from './content-hash.ts';
export { customResourceDefinition } from './crd.ts';
export type { CustomResourceDefinition } from './crd.ts';
export { Deployment } from './deployment.ts';
export {
  customKinds,
  deployments,
  machines,
  nodeClaims,
  nodePools,
  nodes,
  pods,
  services,
  statefulSets,
  workspaces,
} from './kinds.ts';
export type { CustomKind, Kind, PrinterColumn } from './kinds.ts';
export { Machine, MachineCondition, NodeSelectorRequirement } from './machine.ts';
export { Condition, LabelSelector, MetadataOnly, ObjectMeta, OwnerReference, Taint } from './meta.ts';
export { annotations, conditions, fieldManagers, finalizers, labels, taints } from './names.ts';
export { NodeClaim } from './node-claim.ts';
export { nodePoolName } from './node-pool-name.ts';
export { NodePool } from './node-pool.ts';
export { Node } from './node.ts';
export { Pod } from './pod.ts';
export { Quantity, quantityValue } from './quantity.ts';
export { isSameJson } from './same-json.ts';
export { Service } from './service.ts';
export { StatefulSet } from './stateful-set.ts';
export { timestamp, timestampMs } from './timestamp.ts';
export { Adapter, DataSource, Inference, Preset, Tuning, Workspace, WorkspaceStatus } from './workspace.ts';
export type { Attempts, Group } from './workspace.ts';
