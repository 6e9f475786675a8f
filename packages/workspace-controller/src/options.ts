interface Option {
  readonly name: string;
  /** Read when the flag is absent. */
  readonly variable: string;
  readonly help: string;
}

/** Every setting, in the order of the help text. */
export const OPTIONS: readonly Option[] = [
  option('inference-images', 'whose images run a preset: own, or kaito for the published ones (own)'),
  option('image-registry', 'registry of our own images (kaito.local)'),
  option('image-version', 'their version (that of this program)'),
  option('preset-registry-name', 'registry of the published images (mcr.microsoft.com/aks/kaito)'),
  option('hf-endpoint', 'mirror of Hugging Face that pods fetch weights from', 'HF_ENDPOINT'),
  option('catalog', 'YAML file of the presets (presets.yaml beside this program)', 'PRESET_CATALOG'),
  option('cloud-provider', 'whose VM sizes are checked: azure, aws, arc (azure)'),
  option('node-provisioner', 'how nodes are asked for: auto or machine (auto)'),
  option('machine-ready-timeout', 'seconds after which a machine that is not ready is reported (900)'),
  option('machine-retry-delay', 'seconds before a failed machine is asked for again; doubles each time (120)'),
  option('machine-retry-max-delay', 'at most so many seconds (600)'),
  option('scheduling-timeout', 'seconds after which a pod without a node is reported (30)'),
  option('workers', 'how many Workspaces are worked on at the same time (16)'),
  option('leader-elect', 'true or false: work only while holding the lease ef60f9b0.io (true)'),
  option('system-namespace', 'where the lease lies (kaito-system)'),
  option('pod-name', 'who holds the lease (workspace-controller)'),
  option('feature-gates', 'NAME=true|false,… of the Go original; an unknown name is an error'),
  option('metrics-bind-address', 'where /metrics is served (:8080)'),
  option('health-probe-bind-address', 'where /healthz and /readyz are served (:8081)'),
  option('log-level', 'debug, info, warn or error (info)'),
];

/** Flags of the Go original that are taken and change nothing, so that its arguments still start this program. */
export const IGNORED_FLAGS: readonly string[] = [
  'default-node-image-family',
  'kube-client-burst',
  'kube-client-qps',
  'webhook',
  'zap-devel',
  'zap-encoder',
  'zap-stacktrace-level',
  'zap-time-encoding',
];

/** Flags that may stand without a value. */
export const SWITCHES: readonly string[] = ['help', 'version', 'leader-elect', 'webhook', 'zap-devel'];

function option(name: string, help: string, variable = name.toUpperCase().replaceAll('-', '_')): Option {
  return { name, variable, help };
}
