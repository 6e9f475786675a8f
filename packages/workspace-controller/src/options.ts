import { commandOption } from '@kaito/controller-runtime';
import type { CommandOption } from '@kaito/controller-runtime';

/** Every setting, in the order of the help text. */
export const OPTIONS: readonly CommandOption[] = [
  commandOption('inference-images', 'whose images run a preset: own, or kaito for the published ones (own)'),
  commandOption('image-registry', 'registry of our own images (kaito.local)'),
  commandOption('image-version', 'their version (that of this program)'),
  commandOption('preset-registry-name', 'registry of the published images (mcr.microsoft.com/aks/kaito)'),
  commandOption('hf-endpoint', 'mirror of Hugging Face that pods fetch weights from'),
  commandOption('catalog', 'YAML or JSON file of the presets (the one beside this program)', ['PRESET_CATALOG']),
  commandOption('cloud-provider', 'whose VM sizes are checked: azure, aws, arc (azure)'),
  commandOption('node-provisioner', 'how nodes are come by: auto, machine, nodeclaim, nodepool or byo (auto)'),
  commandOption('node-class', 'what NodeClaims and NodePools are made of: kaito, or GROUP/KIND/NAME'),
  commandOption('node-requirements', 'KEY=VALUE,… that NodeClaims and NodePools ask for besides'),
  commandOption('default-node-image-family', 'ubuntu or azurelinux, for nodes of gpu-provisioner (ubuntu)'),
  commandOption('karpenter-node-class-group', 'as in the Go original, in place of --node-class'),
  commandOption('karpenter-node-class-kind', 'likewise'),
  commandOption('karpenter-node-class-resource-name', 'its plural, where that is not the usual one'),
  commandOption('karpenter-node-classes', 'JSON list of {"name", "default"}: classes that a Workspace may choose from'),
  commandOption('machine-ready-timeout', 'seconds after which a claim that is not ready is reported (900)'),
  commandOption('machine-retry-delay', 'seconds before a failed claim is made again; doubles each time (120)'),
  commandOption('machine-retry-max-delay', 'at most so many seconds (600)'),
  commandOption('scheduling-timeout', 'seconds after which a pod without a node is reported (30)'),
  commandOption('workers', 'how many Workspaces are worked on at the same time (64)'),
  commandOption('leader-elect', 'true or false: work only while holding the lease ef60f9b0.io (true)'),
  commandOption('system-namespace', 'where the lease lies (kaito-system)'),
  commandOption('pod-name', 'who holds the lease (workspace-controller)'),
  commandOption('feature-gates', 'NAME=true|false,… of the Go original; an unknown name is an error'),
  commandOption('metrics-bind-address', 'where /metrics is served (:8080)'),
  commandOption('health-probe-bind-address', 'where /healthz and /readyz are served (:8081)'),
  commandOption('host', 'address that the two above stand for where they name none (every address)'),
  commandOption('log-level', 'debug, info, warn or error (info)'),
];

/** Flags of the Go original that are taken and change nothing, so that its arguments still start this program. */
export const IGNORED_FLAGS: readonly string[] = [
  'karpenter-node-class-version',
  'kube-client-burst',
  'kube-client-qps',
  'webhook',
  'zap-devel',
  'zap-encoder',
  'zap-stacktrace-level',
  'zap-time-encoding',
];

/** Flags that may stand without a value. */
export const SWITCHES: readonly string[] = ['leader-elect', 'webhook', 'zap-devel'];
