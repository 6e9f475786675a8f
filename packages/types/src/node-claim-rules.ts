/** Rules that the CRD of NodeClaim states in words of the API server: patterns (RE2) and CEL. */
interface Rule {
  readonly rule: string;
  readonly message: string;
}

/** A label key: a name, or a DNS subdomain, a slash and a name. */
export const QUALIFIED_NAME =
  '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(\\/))?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$';

export const LABEL_VALUE = '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$';

/** Keys within `kubernetes.io` that a claim may ask for nevertheless. */
const WELL_KNOWN = [
  'beta.kubernetes.io/instance-type',
  'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'failure-domain.beta.kubernetes.io/zone',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'node.kubernetes.io/instance-type',
  'kubernetes.io/arch',
  'kubernetes.io/os',
  'node.kubernetes.io/windows-build',
];

/** Which keys a requirement may have: labels of Kubernetes and Karpenter are theirs to set. */
export const requirementKey = {
  maxLength: 316,
  pattern: QUALIFIED_NAME,
  rules: [
    restricted('kubernetes.io', [
      isOneOf(WELL_KNOWN),
      isWithin('node.kubernetes.io'),
      isWithin('node-restriction.kubernetes.io'),
    ]),
    restricted('k8s.io', [isWithin('kops.k8s.io')]),
    restricted('karpenter.sh', [isOneOf(['karpenter.sh/capacity-type', 'karpenter.sh/nodepool'])]),
    { rule: 'self != "kubernetes.io/hostname"', message: 'label "kubernetes.io/hostname" is restricted' },
  ],
};

/** Which values go with which operator. */
export const everyRequirement: readonly Rule[] = [
  {
    rule: "self.all(x, x.operator == 'In' ? x.values.size() != 0 : true)",
    message: "requirements with operator 'In' must have a value defined",
  },
  {
    rule: "self.all(x, (x.operator == 'Gt' || x.operator == 'Lt') ? (x.values.size() == 1 && int(x.values[0]) >= 0) : true)",
    message: "requirements operator 'Gt' or 'Lt' must have a single positive integer value",
  },
  {
    rule: "self.all(x, (x.operator == 'In' && has(x.minValues)) ? x.values.size() >= x.minValues : true)",
    message: "requirements with 'minValues' must have at least that many values specified in the 'values' field",
  },
];

function restricted(domain: string, exceptions: readonly string[]): Rule {
  return {
    rule: [...exceptions, `!${isWithin(domain)}`].join(' || '),
    message: `label domain "${domain}" is restricted`,
  };
}

function isWithin(domain: string): string {
  return `self.find("^([^/]+)").endsWith("${domain}")`;
}

function isOneOf(keys: readonly string[]): string {
  return `self in [${keys.map((key) => `"${key}"`).join(', ')}]`;
}
