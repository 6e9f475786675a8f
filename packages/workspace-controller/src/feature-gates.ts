import type { NodeGate } from './node-provisioning.ts';

/** Gates of the Go original, by what they do here. */
const GATES: Readonly<Record<string, 'default' | 'ignored' | 'nodes'>> = {
  vLLM: 'default',
  enableInferenceSetController: 'ignored',
  enableMIG: 'ignored',
  enableAccelerator: 'ignored',
  enableMultiRoleInferenceController: 'ignored',
  enableBaseImageAutoUpgrade: 'ignored',
  ensureNodeClass: 'ignored',
  gatewayAPIInferenceExtension: 'ignored',
  ModelMirror: 'ignored',
  ModelStreaming: 'ignored',
  Karpenter: 'nodes',
  disableNodeAutoProvisioning: 'nodes',
};

const NODE_GATES: readonly NodeGate[] = ['Karpenter', 'disableNodeAutoProvisioning'];

export interface FeatureGates {
  readonly problems: readonly string[];
  /** Those that decide how nodes are come by and are switched on. */
  readonly nodes: readonly NodeGate[];
  /** Switched on, and without effect in this release. */
  readonly ignored: readonly string[];
}

/** Reads `NAME=true,NAME=false`. */
export function readFeatureGates(text: string): FeatureGates {
  const gates = text
    .split(',')
    .map((gate) => gate.trim())
    .filter((gate) => gate !== '');
  return {
    problems: gates.flatMap(problemsOf),
    nodes: NODE_GATES.filter((gate) => gates.includes(`${gate}=true`)),
    ignored: gates.filter(isWithoutEffect),
  };
}

function problemsOf(gate: string): readonly string[] {
  const [name = '', value = ''] = gate.split('=');
  const effect = GATES[name];
  if (effect === undefined) {
    return [`--feature-gates: there is no gate "${name}"; known are ${Object.keys(GATES).toSorted().join(', ')}`];
  }
  return value === 'true' || value === 'false' ? [] : [`--feature-gates: ${name} must be true or false`];
}

function isWithoutEffect(gate: string): boolean {
  const [name = '', value] = gate.split('=');
  return value === 'true' && GATES[name] === 'ignored';
}
