import type { Account } from '../control-plane/kubeconfig.ts';
import type { ControllerName } from './controller-name.ts';

/** They have the rights that their charts give them, and no others. */
export const CONTROLLERS: readonly ControllerName[] = ['workspace-controller', 'gpu-provisioner'];

/** Who talks to the local API server, each under a name of its own so that the audit log tells them apart. */
export const ACCOUNTS: readonly Account[] = [
  ...CONTROLLERS.map((user) => ({ user, groups: [] })),
  { user: 'node-agent', groups: ['system:masters'] },
  { user: 'karpenter', groups: ['system:masters'] },
];
