import type * as z from 'zod';

import { Deployment } from './deployment.ts';
import { Machine } from './machine.ts';
import { NodeClaim } from './node-claim.ts';
import { NodePool } from './node-pool.ts';
import { Node } from './node.ts';
import { Pod } from './pod.ts';
import { Service } from './service.ts';
import { StatefulSet } from './stateful-set.ts';
import { Workspace } from './workspace.ts';

/** A Kubernetes kind: where the API serves it, and how an object of it is read. */
export interface Kind<T> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
  readonly schema: z.ZodType<T>;
}

export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly jsonPath: string;
  /** 1: only with `-o wide`. */
  readonly priority?: 1;
}

export interface ServedVersion {
  readonly name: string;
  readonly isStored: boolean;
  /** Defaults of this version alone, by the dotted path of the field. */
  readonly defaults: Readonly<Record<string, string>>;
}

/** A kind that a CRD defines. */
export interface CustomKind<T> extends Kind<T> {
  readonly listKind: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly versions: readonly ServedVersion[];
  readonly columns: readonly PrinterColumn[];
}

const labelPath = (label: string): string => `.metadata.labels.${label.replaceAll('.', String.raw`\.`)}`;

const conditionStatus = (type: string): string => `.status.conditions[?(@.type=="${type}")].status`;

const age: PrinterColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

export const workspaces: CustomKind<Workspace> = {
  group: 'kaito.sh',
  version: 'v1beta1',
  kind: 'Workspace',
  listKind: 'WorkspaceList',
  plural: 'workspaces',
  singular: 'workspace',
  shortNames: ['wk', 'wks'],
  categories: ['workspace'],
  isNamespaced: true,
  schema: Workspace,
  versions: [
    { name: 'v1alpha1', isStored: false, defaults: { 'resource.instanceType': 'Standard_NC24ads_A100_v4' } },
    { name: 'v1beta1', isStored: true, defaults: {} },
  ],
  columns: [
    { name: 'Instance', type: 'string', jsonPath: '.resource.instanceType' },
    { name: 'ResourceReady', type: 'string', jsonPath: conditionStatus('ResourceReady') },
    { name: 'InferenceReady', type: 'string', jsonPath: conditionStatus('InferenceReady') },
    { name: 'WorkspaceReady', type: 'string', jsonPath: conditionStatus('WorkspaceReady') },
    age,
    { name: 'JobStarted', type: 'string', jsonPath: conditionStatus('JobStarted'), priority: 1 },
    { name: 'WorkspaceSucceeded', type: 'string', jsonPath: conditionStatus('WorkspaceSucceeded'), priority: 1 },
    { name: 'Nodes', type: 'string', jsonPath: '.status.workerNodes', priority: 1 },
    {
      name: 'Message',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="WorkspaceReady")].message',
      priority: 1,
    },
  ],
};

export const machines: CustomKind<Machine> = {
  group: 'karpenter.sh',
  version: 'v1alpha5',
  kind: 'Machine',
  listKind: 'MachineList',
  plural: 'machines',
  singular: 'machine',
  shortNames: [],
  categories: ['karpenter'],
  isNamespaced: false,
  schema: Machine,
  versions: [{ name: 'v1alpha5', isStored: true, defaults: {} }],
  columns: [
    { name: 'Type', type: 'string', jsonPath: labelPath('node.kubernetes.io/instance-type') },
    { name: 'Zone', type: 'string', jsonPath: labelPath('karpenter.k8s.azure/zone') },
    { name: 'Node', type: 'string', jsonPath: '.status.nodeName' },
    { name: 'Ready', type: 'string', jsonPath: conditionStatus('Ready') },
    age,
    {
      name: 'Capacity',
      type: 'string',
      jsonPath: labelPath('karpenter.sh/capacity-type'),
      priority: 1,
    },
    {
      name: 'Provisioner',
      type: 'string',
      jsonPath: labelPath('karpenter.sh/provisioner-name'),
      priority: 1,
    },
    { name: 'Template', type: 'string', jsonPath: '.spec.machineTemplateRef.name', priority: 1 },
  ],
};

export const nodeClaims: CustomKind<NodeClaim> = {
  group: 'karpenter.sh',
  version: 'v1',
  kind: 'NodeClaim',
  listKind: 'NodeClaimList',
  plural: 'nodeclaims',
  singular: 'nodeclaim',
  shortNames: [],
  categories: ['karpenter'],
  isNamespaced: false,
  schema: NodeClaim,
  versions: [{ name: 'v1', isStored: true, defaults: { 'spec.expireAfter': '720h' } }],
  columns: [
    { name: 'Type', type: 'string', jsonPath: labelPath('node.kubernetes.io/instance-type') },
    { name: 'Capacity', type: 'string', jsonPath: labelPath('karpenter.sh/capacity-type') },
    { name: 'Zone', type: 'string', jsonPath: labelPath('topology.kubernetes.io/zone') },
    { name: 'Node', type: 'string', jsonPath: '.status.nodeName' },
    { name: 'Ready', type: 'string', jsonPath: conditionStatus('Ready') },
    age,
    { name: 'ImageID', type: 'string', jsonPath: '.status.imageID', priority: 1 },
    { name: 'ID', type: 'string', jsonPath: '.status.providerID', priority: 1 },
    { name: 'NodePool', type: 'string', jsonPath: labelPath('karpenter.sh/nodepool'), priority: 1 },
    { name: 'NodeClass', type: 'string', jsonPath: '.spec.nodeClassRef.name', priority: 1 },
    { name: 'Drifted', type: 'string', jsonPath: conditionStatus('Drifted'), priority: 1 },
  ],
};

/** Every kind whose CRD we own. */
export const customKinds: readonly CustomKind<unknown>[] = [workspaces, machines, nodeClaims];

export const nodes: Kind<Node> = {
  group: '',
  version: 'v1',
  plural: 'nodes',
  kind: 'Node',
  isNamespaced: false,
  schema: Node,
};

export const pods: Kind<Pod> = {
  group: '',
  version: 'v1',
  plural: 'pods',
  kind: 'Pod',
  isNamespaced: true,
  schema: Pod,
};

export const services: Kind<Service> = {
  group: '',
  version: 'v1',
  plural: 'services',
  kind: 'Service',
  isNamespaced: true,
  schema: Service,
};

export const deployments: Kind<Deployment> = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  kind: 'Deployment',
  isNamespaced: true,
  schema: Deployment,
};

export const statefulSets: Kind<StatefulSet> = {
  group: 'apps',
  version: 'v1',
  plural: 'statefulsets',
  kind: 'StatefulSet',
  isNamespaced: true,
  schema: StatefulSet,
};

/** Of Karpenter, whose CRD it brings along. */
export const nodePools: Kind<NodePool> = {
  group: 'karpenter.sh',
  version: 'v1',
  plural: 'nodepools',
  kind: 'NodePool',
  isNamespaced: false,
  schema: NodePool,
};
