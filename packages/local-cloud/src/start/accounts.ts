import type { Account } from '../control-plane/kubeconfig.ts';

const MASTERS = ['system:masters'];

/** Who talks to the local API server, each under a name of its own so that the audit log tells them apart. */
export const ACCOUNTS: readonly Account[] = [
  { user: 'workspace-controller', groups: MASTERS },
  { user: 'gpu-provisioner', groups: MASTERS },
  { user: 'node-agent', groups: MASTERS },
];
