/** What a provisioner makes nodes of; the object need not exist (KaitoNodeClass has no CRD). */
export interface NodeClassRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** The class that gpu-provisioner serves. */
export const KAITO_NODE_CLASS: NodeClassRef = { group: 'kaito.sh', kind: 'KaitoNodeClass', name: 'default' };
