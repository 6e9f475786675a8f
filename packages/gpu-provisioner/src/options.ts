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
  commandOption('location', 'its region', ['LOCATION']),
  commandOption('azure-cloud', 'AzurePublic, AzureUSGovernment or AzureChina (AzurePublic)'),
  commandOption('deployment-mode', 'self-hosted: a workload identity; managed: a managed identity (self-hosted)'),
  commandOption('tenant-id', 'of the workload identity', ['AZURE_TENANT_ID']),
  commandOption('client-id', 'of the workload identity; of a managed one where there are several', ['AZURE_CLIENT_ID']),
  commandOption('federated-token-file', 'the service account token that proves the identity', [
    'AZURE_FEDERATED_TOKEN_FILE',
  ]),
  commandOption('authority-host', 'who issues tokens, where not the one of the cloud', ['AZURE_AUTHORITY_HOST']),
  commandOption('arm-endpoint', 'Azure Resource Manager, where not that of the cloud', ['ARM_ENDPOINT']),
  commandOption('arm-audience', 'what tokens are asked for, where not what the cloud takes', ['ARM_AUDIENCE']),
  commandOption('request-timeout', 'seconds after which a request to Azure is given up (30)'),
  commandOption('registration-timeout', 'seconds for a Node to join once its agent pool is ready (900)'),
  commandOption(
    'launch-timeout',
    'seconds for a launch, not counting operations of the cloud and waiting for them (300)',
  ),
  commandOption(
    'launch-ceiling',
    'seconds for a Node to join once its agent pool was asked for, whatever happens (1800)',
  ),
  commandOption('quarantine', 'seconds for which an agent pool of ours without a claim is left alone (30)'),
  commandOption(
    'collect-legacy',
    'true or false: delete agent pools of the Go gpu-provisioner whose claims are gone, too (false: leaks lists them)',
  ),
  commandOption(
    'max-vanishing-share',
    'nothing is collected while more than this share of agent pools or claims, and three, are missing at once (0.5)',
  ),
  commandOption('vanishing-confirmation', 'seconds after which they are believed to be gone (900)'),
  commandOption('slow-deletion', 'seconds after which the deletion of an agent pool is told of in an event (900)'),
  commandOption('node-unhealthy-timeout', 'seconds after which a Node that is not Ready costs its claim (600)'),
  commandOption(
    'max-unhealthy-share',
    'no claim goes for its Node while more than this share of the Nodes, and more than one, are not Ready (0.2)',
  ),
  commandOption('node-repair', 'true or false: whether claims go for a Node that is not Ready (true)'),
  commandOption('feature-gates', 'as Karpenter has them; NodeRepair=false switches node-repair off'),
  commandOption('gpu-timeout', 'seconds after which a Ready Node that offers no GPUs is told of (600)'),
  commandOption('time-scale', 'factor on every span of time, for a cloud that is simulated faster or slower (1)'),
  commandOption('workers', 'how many claims are worked on at the same time (32)'),
  commandOption('leader-elect', 'true or false: work only while holding the lease gpu-provisioner-leader (true)'),
  commandOption('disable-leader-election', 'true or false: the same the other way round (false)'),
  commandOption('system-namespace', 'where the lease lies (kaito-system)'),
  commandOption('pod-name', 'who holds the lease (gpu-provisioner)'),
  commandOption('metrics-bind-address', 'where /metrics is served (:8080)'),
  commandOption('metrics-port', 'its port alone (8080)'),
  commandOption('health-probe-bind-address', 'where /healthz and /readyz are served (:8081)'),
  commandOption('health-probe-port', 'its port alone (8081)'),
  commandOption('host', 'address that is listened on where the bind addresses name none (every address)'),
  commandOption('log-level', 'debug, info, warn or error (info)'),
];

/**
 * Variables of the Go original that change nothing here; they may stay set. Requests to the API server are not
 * limited, there is no webhook, and Nodes are found without their resource group.
 */
export const IGNORED_VARIABLES: readonly string[] = [
  'AZURE_ENABLE_DYNAMIC_SKU_CACHE',
  'AZURE_NODE_RESOURCE_GROUP',
  'CLUSTER_NAME',
  'CONFIG_LOGGING_NAME',
  'DISABLE_WEBHOOK',
  'E2E_TEST_MODE',
  'ENABLE_PROFILING',
  'KARPENTER_SERVICE',
  'KUBE_CLIENT_BURST',
  'KUBE_CLIENT_QPS',
  'KUBERNETES_MIN_VERSION',
  'LOG_ERROR_OUTPUT_PATHS',
  'LOG_OUTPUT_PATHS',
  'MEMORY_LIMIT',
  'WEBHOOK_METRICS_PORT',
  'WEBHOOK_PORT',
];

/** Flags that may stand without a value. */
export const SWITCHES: readonly string[] = ['leader-elect', 'disable-leader-election', 'collect-legacy', 'node-repair'];
