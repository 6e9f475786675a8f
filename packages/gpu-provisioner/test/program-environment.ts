import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { ArmSimulator } from '@kaito/local-cloud';
import type { TestCluster } from '@kaito/testkit';

/** The variables with which the program reaches cluster and simulator; the files that they name lie in `directory`. */
export async function programEnvironment(
  directory: string,
  { cluster, simulator }: { readonly cluster: TestCluster; readonly simulator: ArmSimulator },
): Promise<Readonly<Record<string, string>>> {
  const file = (name: string): string => path.join(directory, name);
  await writeFile(file('kubeconfig'), cluster.controlPlane.kubeconfig('gpu-provisioner'));
  await writeFile(file('token'), 'header.payload.signature');
  await writeFile(file('ca.crt'), simulator.caPem);
  const { clusterName, location, resourceGroup, subscriptionId } = simulator.cluster;
  return {
    KUBECONFIG: file('kubeconfig'),
    ARM_SUBSCRIPTION_ID: subscriptionId,
    ARM_RESOURCE_GROUP: resourceGroup,
    AZURE_CLUSTER_NAME: clusterName,
    LOCATION: location,
    AZURE_TENANT_ID: '00000000-0000-0000-0000-000000000001',
    AZURE_CLIENT_ID: '00000000-0000-0000-0000-000000000002',
    AZURE_FEDERATED_TOKEN_FILE: file('token'),
    AZURE_AUTHORITY_HOST: simulator.endpoint,
    ARM_ENDPOINT: simulator.endpoint,
    NODE_EXTRA_CA_CERTS: file('ca.crt'),
  };
}
