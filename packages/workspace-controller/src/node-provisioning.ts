import * as z from 'zod';

import { CLOUD_NODE_CLASSES, isKaitoClass, KAITO_NODE_CLASS } from './core/claims/node-class.ts';
import type { NodeClass } from './core/claims/node-class.ts';
import type { NodeProvisioning } from './core/claims/node-source.ts';

/** How `--node-provisioner` may be answered: our words, then those of the Go original. */
export const NODE_PROVISIONERS = [
  'auto',
  'machine',
  'nodeclaim',
  'nodepool',
  'byo',
  'azure-gpu-provisioner',
  'karpenter',
] as const;
type Provisioner = (typeof NODE_PROVISIONERS)[number];

const KINDS: Readonly<Record<Provisioner, NodeProvisioning['kind']>> = {
  auto: 'auto',
  machine: 'machine',
  nodeclaim: 'nodeclaim',
  nodepool: 'nodepool',
  byo: 'byo',
  'azure-gpu-provisioner': 'nodeclaim',
  karpenter: 'nodepool',
};

/** Gates of the Go original that decide about nodes, with the answers that they may stand beside. */
const GATES = {
  disableNodeAutoProvisioning: { kind: 'byo', beside: ['auto', 'byo', 'azure-gpu-provisioner'] },
  Karpenter: { kind: 'nodeclaim', beside: ['auto', 'nodeclaim'] },
} as const satisfies Readonly<
  Record<string, { readonly kind: NodeProvisioning['kind']; readonly beside: readonly Provisioner[] }>
>;
export type NodeGate = keyof typeof GATES;

/** Flags by which the Go original names a class. */
export const GO_CLASS_FLAGS = [
  'karpenter-node-class-group',
  'karpenter-node-class-kind',
  'karpenter-node-class-resource-name',
  'karpenter-node-classes',
] as const;

const GROUP = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/u;
const KIND = /^[A-Z][A-Za-z0-9]*$/u;
const NAME = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/u;
const CLASS = 'expected kaito or GROUP/KIND/NAME, for example karpenter.azure.com/AKSNodeClass/default';

/** A class as a user names it. */
export const nodeClassText = z.string().transform((text, context): NodeClass => {
  const [group = '', kind = '', name = '', ...rest] = text.split('/');
  if (text === 'kaito') {
    return KAITO_NODE_CLASS;
  }
  if (GROUP.test(group) && KIND.test(kind) && NAME.test(name) && rest.length === 0) {
    return { group, kind, name };
  }
  context.addIssue(CLASS);
  return z.NEVER;
});

const Entries = z.array(z.object({ name: z.string().regex(NAME), default: z.boolean().default(false) }));

/** The classes of the Go original's JSON: all their names, and which is meant where nobody chooses. */
export const nodeClassesText = z.string().transform((text, context): Pick<NodeClass, 'name' | 'choices'> => {
  const entries = Entries.safeParse(json(text));
  const defaults = entries.success ? entries.data.filter((entry) => entry.default) : [];
  const choices = entries.success ? entries.data.map(({ name }) => name) : [];
  const [first] = defaults;
  if (first === undefined || defaults.length > 1 || new Set(choices).size < choices.length) {
    context.addIssue('expected a JSON list of {"name", "default"} with different names, of which one is the default');
    return z.NEVER;
  }
  return { name: first.name, choices };
});

export interface NodeValues {
  readonly provisioner: Provisioner;
  readonly gates: readonly NodeGate[];
  readonly cloud: 'azure' | 'aws' | 'arc';
  /** As our own flag names it. */
  readonly nodeClass: NodeClass | undefined;
  /** As the flags of the Go original name it, in part. */
  readonly goClass: Partial<NodeClass>;
}

/** How nodes are come by, or what about it contradicts itself. */
export function nodeProvisioning(values: NodeValues): { readonly value: NodeProvisioning } | readonly string[] {
  const [gate] = values.gates;
  const kind = gate === undefined ? KINDS[values.provisioner] : GATES[gate].kind;
  const nodeClass = classFor(kind, values);
  const problems = [...gateProblems(values), ...classProblems(values), ...makingProblems(kind, nodeClass, values)];
  return problems.length > 0 ? problems : { value: provisioningOf(kind, nodeClass) };
}

function provisioningOf(kind: NodeProvisioning['kind'], nodeClass: NodeClass | undefined): NodeProvisioning {
  if (kind === 'byo' || kind === 'machine') {
    return { kind };
  }
  return nodeClass === undefined ? { kind: 'auto' } : { kind, nodeClass };
}

/** What cannot be made of the class. */
function makingProblems(
  kind: NodeProvisioning['kind'],
  nodeClass: NodeClass | undefined,
  { cloud, provisioner }: NodeValues,
): readonly string[] {
  if (nodeClass === undefined && (kind === 'nodeclaim' || kind === 'nodepool')) {
    return [`--node-provisioner: ${provisioner} needs --node-class: ${cloud} has no class of its own`];
  }
  return kind === 'nodepool' && nodeClass !== undefined && isKaitoClass(nodeClass)
    ? ['--node-class: gpu-provisioner, whose class is kaito, makes no nodes for NodePools']
    : [];
}

function gateProblems({ gates, provisioner }: NodeValues): readonly string[] {
  const [first, second] = gates;
  if (first === undefined) {
    return [];
  }
  if (second !== undefined) {
    return [`--feature-gates: ${first}=true and ${second}=true contradict each other`];
  }
  const allowed: readonly Provisioner[] = GATES[first].beside;
  return allowed.includes(provisioner)
    ? []
    : [`--feature-gates: ${first}=true contradicts --node-provisioner=${provisioner}`];
}

function classProblems({ goClass, nodeClass, provisioner }: NodeValues): readonly string[] {
  const { plural: _, ...named } = goClass;
  if (nodeClass === undefined) {
    return [];
  }
  if (provisioner === 'machine' || provisioner === 'byo') {
    return [`--node-class: has no meaning with --node-provisioner=${provisioner}`];
  }
  if (provisioner === 'azure-gpu-provisioner' && !isKaitoClass(nodeClass)) {
    return ['--node-class: azure-gpu-provisioner serves kaito only; --node-provisioner=nodeclaim takes any class'];
  }
  return Object.keys(named).length === 0
    ? []
    : ['--node-class: name the class here or with the --karpenter-node-class flags, not with both'];
}

function classFor(kind: NodeProvisioning['kind'], values: NodeValues): NodeClass | undefined {
  const { cloud, gates, goClass, nodeClass, provisioner } = values;
  if (nodeClass !== undefined) {
    return isKaitoClass(nodeClass) ? nodeClass : { ...nodeClass, ...pluralIn(goClass) };
  }
  if (provisioner === 'azure-gpu-provisioner') {
    return KAITO_NODE_CLASS;
  }
  const ofCloud: Partial<NodeClass> = cloud === 'arc' ? {} : CLOUD_NODE_CLASSES[cloud];
  if (Object.keys(goClass).length > 0) {
    return wholeClass({ ...ofCloud, ...goClass });
  }
  if (kind === 'nodeclaim' && !gates.includes('Karpenter')) {
    return KAITO_NODE_CLASS;
  }
  return kind === 'auto' ? undefined : wholeClass(ofCloud);
}

function wholeClass({ group, kind, name = 'default', ...rest }: Partial<NodeClass>): NodeClass | undefined {
  return group === undefined || kind === undefined ? undefined : { group, kind, name, ...rest };
}

function pluralIn({ plural }: Partial<NodeClass>): Pick<NodeClass, 'plural'> {
  return plural === undefined ? {} : { plural };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
