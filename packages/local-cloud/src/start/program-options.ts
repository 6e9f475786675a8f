import path from 'node:path';
import process from 'node:process';

import type { ClusterNetwork } from '../control-plane/network.ts';
import type { ProgramOptions } from '../processes/managed-process.ts';
import type { Paths } from './paths.ts';
import { SYSTEM_NAMESPACE } from './system-namespace.ts';

export type ControllerName = 'workspace-controller' | 'gpu-provisioner';

/** Where the parts of one local cluster find each other. */
export interface Wiring {
  readonly paths: Paths;
  readonly modelFile: string;
  readonly timeScale: number;
  readonly network: ClusterNetwork;
  readonly simulatorPort: number;
  readonly hubPort: number;
  readonly kubeletPort: number;
  readonly controllerPorts: Readonly<Record<ControllerName, { readonly health: number; readonly metrics: number }>>;
}

/** The Azure names under which the simulated cluster exists. */
const AZURE = {
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  tenantId: '00000000-0000-0000-0000-000000000002',
  clientId: '00000000-0000-0000-0000-000000000003',
  resourceGroup: 'kaito-local',
  clusterName: 'kaito-local',
  location: 'eastus',
  nodeResourceGroup: 'MC_kaito-local_kaito-local_eastus',
} as const;
