import { commandOption } from '@kaito/controller-runtime';
import type { CommandOption } from '@kaito/controller-runtime';

/** Every setting, in the order of the help text. */
export const OPTIONS: readonly CommandOption[] = [
  commandOption('subscription-id', 'the Azure subscription of the cluster', [
    'AZURE_SUBSCRIPTION_ID',
    'ARM_SUBSCRIPTION_ID',
  ]),
  commandOption('resource-group', 'its resource group', ['ARM_RESOURCE_GROUP']),
  commandOption('cluster-name', 'its name', ['AZURE_CLUSTER_NAME']),
  commandOption('location', 'its region, for messages', ['LOCATION']),
  commandOption('tenant-id', 'of the workload identity', ['AZURE_TENANT_ID']),
  commandOption('client-id', 'of the workload identity', ['AZURE_CLIENT_ID']),
  commandOption('federated-token-file', 'the service account token that proves the identity', [
    'AZURE_FEDERATED_TOKEN_FILE',
  ]),
  commandOption('authority-host', 'who issues tokens (https://login.microsoftonline.com)', ['AZURE_AUTHORITY_HOST']),
  commandOption('arm-endpoint', 'Azure Resource Manager (https://management.azure.com)', ['ARM_ENDPOINT']),
  commandOption('arm-audience', 'what tokens are asked for (https://management.azure.com)', ['ARM_AUDIENCE']),
  commandOption('request-timeout', 'seconds after which a request to Azure is given up (30)'),
  commandOption('registration-timeout', 'seconds for a Node to join once its agent pool is ready (900)'),
  commandOption('launch-timeout', 'seconds for a Node to join once its agent pool was asked for (1800)'),
  commandOption('time-scale', 'factor on every span of time, for a cloud that is simulated faster or slower (1)'),
  commandOption('workers', 'how many claims are worked on at the same time (32)'),
  commandOption('leader-elect', 'true or false: work only while holding the lease gpu-provisioner-leader (true)'),
  commandOption('system-namespace', 'where the lease lies (kaito-system)'),
  commandOption('pod-name', 'who holds the lease (gpu-provisioner)'),
  commandOption('metrics-bind-address', 'where /metrics is served (:8080)'),
  commandOption('health-probe-bind-address', 'where /healthz and /readyz are served (:8081)'),
  commandOption('host', 'address that the two above stand for where they name none (every address)'),
  commandOption('log-level', 'debug, info, warn or error (info)'),
];

/** Flags that may stand without a value. */
export const SWITCHES: readonly string[] = ['leader-elect'];
