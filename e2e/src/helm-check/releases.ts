/** One of the two charts, as it is installed here. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly deployment: string;
  readonly container: string;
  /** `system:serviceaccount:…`, under which its controller calls the API server. */
  readonly account: string;
  readonly selector: string;
  readonly lease: string;
}

export const PROVISIONER: Release = {
  name: 'gpu-provisioner',
  namespace: 'gpu-provisioner',
  deployment: 'gpu-provisioner',
  container: 'controller',
  account: 'system:serviceaccount:gpu-provisioner:gpu-provisioner',
  selector: 'app.kubernetes.io/name=gpu-provisioner',
  lease: 'gpu-provisioner-leader',
};

export const WORKSPACE: Release = {
  name: 'workspace',
  namespace: 'kaito-workspace',
  deployment: 'workspace',
  container: 'manager',
  account: 'system:serviceaccount:kaito-workspace:workspace-sa',
  selector: 'app.kubernetes.io/name=workspace',
  lease: 'ef60f9b0.io',
};

/** In the order in which they are installed: the second waits for a kind of the first. */
export const RELEASES: readonly Release[] = [PROVISIONER, WORKSPACE];
