/** The Azure names under which the simulated cluster exists. */
export const AZURE = {
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  tenantId: '00000000-0000-0000-0000-000000000002',
  clientId: '00000000-0000-0000-0000-000000000003',
  resourceGroup: 'kaito-local',
  clusterName: 'kaito-local',
  location: 'eastus',
  nodeResourceGroup: 'MC_kaito-local_kaito-local_eastus',
} as const;
