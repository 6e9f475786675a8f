export interface Option {
  readonly name: string;
  /** Read when the flag is absent, the first that is set. */
  readonly variables: readonly string[];
  readonly help: string;
}

/** Every setting, in the order of the help text. */
export const OPTIONS: readonly Option[] = [
  option('subscription-id', 'the Azure subscription of the cluster', ['AZURE_SUBSCRIPTION_ID', 'ARM_SUBSCRIPTION_ID']),
  option('resource-group', 'its resource group', ['ARM_RESOURCE_GROUP']),
  option('cluster-name', 'its name', ['AZURE_CLUSTER_NAME']),
  option('location', 'its region, for messages', ['LOCATION']),
  option('tenant-id', 'of the workload identity', ['AZURE_TENANT_ID']),
  option('client-id', 'of the workload identity', ['AZURE_CLIENT_ID']),
  option('federated-token-file', 'the service account token that proves the identity', ['AZURE_FEDERATED_TOKEN_FILE']),
  option('authority-host', 'who issues tokens (https://login.microsoftonline.com)', ['AZURE_AUTHORITY_HOST']),
  option('arm-endpoint', 'Azure Resource Manager (https://management.azure.com)', ['ARM_ENDPOINT']),
  option('arm-audience', 'what tokens are asked for (https://management.azure.com)', ['ARM_AUDIENCE']),
  option('request-timeout', 'seconds after which a request to Azure is given up (30)'),
  option('registration-timeout', 'seconds for a Node to join once its agent pool is ready (900)'),
  option('launch-timeout', 'seconds for a Node to join once its agent pool was asked for (1800)'),
  option('time-scale', 'factor on every span of time, for a cloud that is simulated faster or slower (1)'),
  option('workers', 'how many claims are worked on at the same time (32)'),
  option('leader-elect', 'true or false: work only while holding the lease gpu-provisioner-leader (true)'),
  option('system-namespace', 'where the lease lies (kaito-system)'),
  option('pod-name', 'who holds the lease (gpu-provisioner)'),
  option('metrics-bind-address', 'where /metrics is served (:8080)'),
  option('health-probe-bind-address', 'where /healthz and /readyz are served (:8081)'),
  option('log-level', 'debug, info, warn or error (info)'),
];

/** Flags that may stand without a value. */
export const SWITCHES: readonly string[] = ['help', 'version', 'leader-elect'];

function option(name: string, help: string, variables = [name.toUpperCase().replaceAll('-', '_')]): Option {
  return { name, variables, help };
}
