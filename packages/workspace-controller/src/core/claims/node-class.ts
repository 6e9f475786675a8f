/** What a provisioner makes nodes of, as claims and NodePools name it. */
export interface NodeClassRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** A node class of the configuration. */
export interface NodeClass extends NodeClassRef {
  /** How its CRD is called within the group; absent: as the kind suggests. */
  readonly plural?: string | undefined;
  /** Names that a Workspace may choose from by annotation, the default one among them; absent: none but the default. */
  readonly choices?: readonly string[] | undefined;
}

/** The class that gpu-provisioner serves; it is a name alone, no object and no CRD stands for it. */
export const KAITO_NODE_CLASS: NodeClass = { group: 'kaito.sh', kind: 'KaitoNodeClass', name: 'default' };

/** The classes of Karpenter's own providers, by cloud. */
export const CLOUD_NODE_CLASSES = {
  azure: { group: 'karpenter.azure.com', kind: 'AKSNodeClass', name: 'default' },
  aws: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
} as const satisfies Readonly<Record<string, NodeClass>>;

export function isKaitoClass({ group, kind }: NodeClassRef): boolean {
  return group === KAITO_NODE_CLASS.group && kind === KAITO_NODE_CLASS.kind;
}

/** The CRD without which nothing can be made of the class; undefined where none is needed. */
export function classCrdName({ plural, ...ref }: NodeClass): string | undefined {
  return isKaitoClass(ref) ? undefined : `${plural ?? pluralOf(ref.kind)}.${ref.group}`;
}

/** Just what refers to the class, without what the configuration knows besides. */
export function refOf({ group, kind, name }: NodeClassRef): NodeClassRef {
  return { group, kind, name };
}

function pluralOf(kind: string): string {
  const lower = kind.toLowerCase();
  return /(?:s|x|ch|sh)$/u.test(lower) ? `${lower}es` : `${lower}s`;
}
