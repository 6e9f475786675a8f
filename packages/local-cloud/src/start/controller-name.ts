/** Our two controllers, by the names of their packages and accounts. */
export type ControllerName = 'workspace-controller' | 'gpu-provisioner';
