/** Gates of the Go original, by what they do here. */
const GATES: Readonly<Record<string, 'default' | 'ignored' | 'refused'>> = {
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
  // Without them nodes would be bought in a way that was switched off.
  Karpenter: 'refused',
  disableNodeAutoProvisioning: 'refused',
};

export interface FeatureGates {
  readonly problems: readonly string[];
  /** Switched on, and without effect in this release. */
  readonly ignored: readonly string[];
}

/** Reads `NAME=true,NAME=false`. */
export function readFeatureGates(text: string): FeatureGates {
  const gates = text
    .split(',')
    .map((gate) => gate.trim())
    .filter((gate) => gate !== '');
  return { problems: gates.flatMap(problemsOf), ignored: gates.filter(isWithoutEffect) };
}

function problemsOf(gate: string): readonly string[] {
  const [name = '', value = ''] = gate.split('=');
  const effect = GATES[name];
  if (effect === undefined) {
    return [`--feature-gates: there is no gate "${name}"; known are ${Object.keys(GATES).toSorted().join(', ')}`];
  }
  if (value !== 'true' && value !== 'false') {
    return [`--feature-gates: ${name} must be true or false`];
  }
  return effect === 'refused' && value === 'true'
    ? [`--feature-gates: ${name} cannot be true: this release asks for nodes with Machines only`]
    : [];
}

function isWithoutEffect(gate: string): boolean {
  const [name = '', value] = gate.split('=');
  return value === 'true' && GATES[name] === 'ignored';
}
