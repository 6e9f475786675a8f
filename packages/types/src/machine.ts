import * as z from 'zod';

import { ObjectMeta, Taint } from './meta.ts';
import { Quantity } from './quantity.ts';

const int32 = z.int().meta({ k8s: { format: 'int32' } });
const quantities = z.record(z.string(), Quantity);
const strings = z.record(z.string(), z.string());

/** One node selector requirement of a claim; operators are In, NotIn, Exists, DoesNotExist, Gt, Lt. */
export const NodeSelectorRequirement = z.object({
  key: z.string(),
  operator: z.string(),
  values: z.array(z.string()).optional(),
});
export type NodeSelectorRequirement = z.infer<typeof NodeSelectorRequirement>;

const Kubelet = z.object({
  clusterDNS: z.array(z.string()).optional(),
  containerRuntime: z.string().optional(),
  maxPods: int32.min(0).optional(),
  podsPerCore: int32.min(0).optional(),
  systemReserved: quantities.optional(),
  kubeReserved: quantities.optional(),
  evictionHard: strings.optional(),
  evictionSoft: strings.optional(),
  evictionSoftGracePeriod: strings.optional(),
  evictionMaxPodGracePeriod: int32.optional(),
  imageGCHighThresholdPercent: int32.min(0).max(100).optional(),
  imageGCLowThresholdPercent: int32.min(0).max(100).optional(),
  cpuCFSQuota: z.boolean().optional(),
});

/** A knative-style condition: no generation, a severity, time as a string (provisioner.md 1.1.1). */
export const MachineCondition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  severity: z.string().optional(),
  lastTransitionTime: z.string().optional(),
});
export type MachineCondition = z.infer<typeof MachineCondition>;

const MachineSpec = z.object({
  taints: z.array(Taint).optional(),
  startupTaints: z.array(Taint).optional(),
  requirements: z.array(NodeSelectorRequirement).optional(),
  resources: z.object({ requests: quantities.optional() }).optional(),
  kubelet: Kubelet.optional(),
  machineTemplateRef: z
    .object({ name: z.string(), kind: z.string().optional(), apiVersion: z.string().optional() })
    .optional(),
});

const MachineStatus = z.object({
  nodeName: z.string().optional(),
  providerID: z.string().optional(),
  capacity: quantities.optional(),
  allocatable: quantities.optional(),
  conditions: z.array(MachineCondition).optional(),
});

/** A request for one node, of Karpenter's Machine era (`karpenter.sh/v1alpha5`, provisioner.md 1.1.1). */
export const Machine = z.object({
  metadata: ObjectMeta,
  spec: MachineSpec.optional(),
  status: MachineStatus.optional(),
});
export type Machine = z.infer<typeof Machine>;
