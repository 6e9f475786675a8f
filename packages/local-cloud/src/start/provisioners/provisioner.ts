import type { PolicyRule } from '../../rights/policy-rule.ts';
import type { ControllerName } from '../controller-name.ts';

export type ProvisionerName = 'machine' | 'nodeclaim' | 'nodepool' | 'byo' | 'kwok';

/** What the API server calls the requests for nodes, as kubectl takes it. */
export type ClaimKind = 'machine' | 'nodeclaim' | 'nodepool';

/** One way in which Workspaces come by their nodes. */
export interface Provisioner {
  readonly name: ProvisionerName;
  /** Who writes what, in one line. */
  readonly about: string;
  /** Who makes Nodes out of claims. */
  readonly nodesBy: 'gpu-provisioner' | 'karpenter' | 'nobody';
  /** Which of our controllers run. */
  readonly controllers: readonly ControllerName[];
  /** What the chart of the workspace-controller allows besides when it is configured so. */
  readonly rules?: readonly PolicyRule[];
  /** Of the workspace-controller, besides what is always set. */
  readonly flags: readonly string[];
  /** Flags of the workspace-controller whose values are seconds of the cloud. */
  readonly cloudSeconds?: Readonly<Record<string, number>>;
  /** The kinds that stand between a Workspace and its Nodes, the first nearest to the Workspace. */
  readonly claimKinds: readonly ClaimKind[];
  /** Nodes that others make, whose kubelet is the node agent: `key=value`. */
  readonly adoptedNodes?: string;
}

const KWOK_CLASS = '--node-class=karpenter.kwok.sh/KWOKNodeClass/default';

const KWOK_CLASS_RULE: PolicyRule = {
  apiGroups: ['apiextensions.k8s.io'],
  resources: ['customresourcedefinitions'],
  resourceNames: ['kwoknodeclasses.karpenter.kwok.sh'],
  verbs: ['get'],
};

/** On every Node of karpenter's kwok provider. */
const KWOK_NODES = 'kwok.x-k8s.io/node=fake';

/** On Nodes that `npm start` puts there, as somebody would who owns GPU machines. */
export const BROUGHT_NODES = 'kaito.local/brought-by=npm-start';

const BOTH: readonly ControllerName[] = ['workspace-controller', 'gpu-provisioner'];
const ONE: readonly ControllerName[] = ['workspace-controller'];

export const MACHINE: Provisioner = {
  name: 'machine',
  about: 'Machines of Karpenter v1alpha5; our gpu-provisioner has the simulated Azure make the nodes',
  nodesBy: 'gpu-provisioner',
  controllers: BOTH,
  flags: [],
  claimKinds: ['machine'],
};

export const NODE_CLAIM: Provisioner = {
  name: 'nodeclaim',
  about: 'NodeClaims of Karpenter v1, class kaito; our gpu-provisioner has the simulated Azure make the nodes',
  nodesBy: 'gpu-provisioner',
  controllers: BOTH,
  flags: ['--node-provisioner=nodeclaim', '--node-class=kaito'],
  claimKinds: ['nodeclaim'],
};

export const NODE_POOL: Provisioner = {
  name: 'nodepool',
  about: "a static NodePool; karpenter's kwok provider makes its NodeClaims and the nodes",
  nodesBy: 'karpenter',
  controllers: ONE,
  flags: ['--node-provisioner=nodepool', KWOK_CLASS],
  rules: [KWOK_CLASS_RULE],
  claimKinds: ['nodepool', 'nodeclaim'],
  adoptedNodes: KWOK_NODES,
};

export const BRING_YOUR_OWN: Provisioner = {
  name: 'byo',
  about: 'bring your own: nodes with labels and GPUs are there already, and nobody makes any',
  nodesBy: 'nobody',
  controllers: ONE,
  flags: ['--node-provisioner=byo'],
  claimKinds: [],
  adoptedNodes: BROUGHT_NODES,
};

const KWOK: Provisioner = {
  name: 'kwok',
  about: "NodeClaims of class KWOKNodeClass; karpenter's kwok provider makes the nodes",
  nodesBy: 'karpenter',
  controllers: ONE,
  flags: ['--node-provisioner=nodeclaim', KWOK_CLASS],
  rules: [KWOK_CLASS_RULE],
  claimKinds: ['nodeclaim'],
  adoptedNodes: KWOK_NODES,
};

/** The ways that `npm start -- --provisioner NAME` shows. */
export const PROVISIONERS: readonly Provisioner[] = [MACHINE, NODE_CLAIM, NODE_POOL, BRING_YOUR_OWN, KWOK];
