import type { ResourceType } from '@kaito/controller-runtime';

export const leases: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  isNamespaced: true,
};

/** By which the controllers elect a leader. */
export const LEASES = { 'workspace-controller': 'ef60f9b0.io', 'gpu-provisioner': 'gpu-provisioner-leader' } as const;
