import { bindAddress, givenOptions, isPlainAddress, onHost, optionProblem } from '@kaito/controller-runtime';
import type { BindAddress } from '@kaito/controller-runtime';
import * as z from 'zod';

import { isKaitoClass } from './core/claims/node-class.ts';
import { configuredClass } from './core/claims/node-source.ts';
import type { NodeProvisioning } from './core/claims/node-source.ts';
import type { Settings as CoreSettings } from './core/settings.ts';
import { readFeatureGates } from './feature-gates.ts';
import type { FeatureGates } from './feature-gates.ts';
import {
  GO_CLASS_FLAGS,
  NODE_PROVISIONERS,
  nodeClassesText,
  nodeClassText,
  nodeProvisioning,
} from './node-provisioning.ts';
import { IGNORED_FLAGS, OPTIONS, SWITCHES } from './options.ts';
import { VERSION } from './version.ts';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
const SECOND_MS = 1000;

export interface Config {
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly metricsAddress: BindAddress;
  readonly healthAddress: BindAddress;
  readonly isElected: boolean;
  readonly systemNamespace: string;
  /** Who holds the lease; the name of a replica that comes back is the same. */
  readonly identity: string;
  readonly workers: number;
  readonly nodes: NodeProvisioning;
  readonly nodeWishes: NonNullable<CoreSettings['nodeWishes']>;
  readonly cloudProvider: 'azure' | 'aws' | 'arc';
  readonly images: {
    readonly source: 'own' | 'kaito';
    readonly registry: string;
    readonly version: string;
    readonly presetRegistry: string;
  };
  readonly hubEndpoint: string | undefined;
  /** Absent: the file beside the program. */
  readonly catalogFile: string | undefined;
  readonly claimReadyMs: number;
  readonly schedulingMs: number;
  readonly claimBackoff: { readonly baseMs: number; readonly maxMs: number };
  /** Settings that were given and change nothing, for the log. */
  readonly ignored: readonly string[];
}

export type ReadConfig =
  | { readonly kind: 'config'; readonly config: Config }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

type Values = Readonly<Record<string, string | undefined>>;

type Environment = Readonly<Record<string, string | undefined>>;

const seconds = z
  .string()
  .regex(/^\d+(\.\d+)?$/u, 'expected a number of seconds')
  .transform((text) => Number(text) * SECOND_MS);

const HTTP = 'expected an http(s) address without user and password';

const wholeNumber = z
  .string()
  .regex(/^[1-9]\d{0,2}$/u, 'expected a number from 1 to 999')
  .transform(Number);

const address = z.string().transform((text, context): BindAddress => {
  const parsed = bindAddress(text);
  if (parsed === undefined) {
    context.addIssue('expected [HOST]:PORT, for example :8080');
    return z.NEVER;
  }
  return parsed;
});

const requirements = z.string().transform((text, context): Readonly<Record<string, string>> => {
  const pairs = text
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map((pair) => /^([^=\s]+)=([^=\s]+)$/u.exec(pair));
  if (pairs.includes(null)) {
    context.addIssue('expected KEY=VALUE,…, for example karpenter.sh/capacity-type=on-demand');
    return z.NEVER;
  }
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
});

const Settings = z.object({
  'log-level': z.enum(LOG_LEVELS).default('info'),
  'metrics-bind-address': address.prefault(':8080'),
  'health-probe-bind-address': address.prefault(':8081'),
  host: z.string().default(''),
  'leader-elect': z.enum(['true', 'false']).default('true'),
  'system-namespace': z.string().default('kaito-system'),
  'pod-name': z.string().default('workspace-controller'),
  workers: wholeNumber.default(64),
  'cloud-provider': z.enum(['azure', 'aws', 'arc']).default('azure'),
  'node-provisioner': z.enum(NODE_PROVISIONERS).default('auto'),
  'node-class': nodeClassText.optional(),
  'node-requirements': requirements.prefault(''),
  'default-node-image-family': z.enum(['ubuntu', 'azurelinux']).optional(),
  'karpenter-node-class-group': z.string().optional(),
  'karpenter-node-class-kind': z.string().optional(),
  'karpenter-node-class-resource-name': z.string().optional(),
  'karpenter-node-classes': nodeClassesText.optional(),
  'inference-images': z.enum(['own', 'kaito']).default('own'),
  'image-registry': z.string().default('kaito.local'),
  'image-version': z.string().default(VERSION),
  'preset-registry-name': z.string().default('mcr.microsoft.com/aks/kaito'),
  'hf-endpoint': z
    .url({ protocol: /^https?$/u, error: HTTP })
    .refine(isPlainAddress, HTTP)
    .optional(),
  catalog: z.string().optional(),
  'machine-ready-timeout': seconds.default(900 * SECOND_MS),
  'scheduling-timeout': seconds.default(30 * SECOND_MS),
  'machine-retry-delay': seconds.default(120 * SECOND_MS),
  'machine-retry-max-delay': seconds.default(600 * SECOND_MS),
  'feature-gates': z.string().default(''),
});

type SettingValues = z.infer<typeof Settings>;

/** Flags win over the environment; every wrong value is named at once. */
export function readConfig(args: readonly string[], environment: Environment): ReadConfig {
  const commandLine = { options: OPTIONS, switches: SWITCHES, otherFlags: [...IGNORED_FLAGS, 'zap-log-level'] };
  const read = givenOptions(commandLine, args, environment);
  if (read.kind !== 'given') {
    return read;
  }
  const given = withZapLevel(read.values);
  const parsed = Settings.safeParse(given);
  const gates = readFeatureGates(given['feature-gates'] ?? '');
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => optionProblem(OPTIONS, issue))),
    ...gates.problems,
  ];
  if (!parsed.success) {
    return { kind: 'invalid', problems };
  }
  const nodes = nodesOf(parsed.data, gates);
  if (!('value' in nodes) || problems.length > 0) {
    return { kind: 'invalid', problems: [...problems, ...('value' in nodes ? [] : nodes)] };
  }
  const flags = [...IGNORED_FLAGS, ...unusedClassFlags(nodes.value)].filter((flag) => given[flag] !== undefined);
  return { kind: 'config', config: configOf(parsed.data, nodes.value, [...flags, ...gates.ignored]) };
}

function nodesOf(values: SettingValues, gates: FeatureGates): ReturnType<typeof nodeProvisioning> {
  const { 'karpenter-node-class-group': group, 'karpenter-node-class-kind': kind } = values;
  const plural = values['karpenter-node-class-resource-name'];
  return nodeProvisioning({
    provisioner: values['node-provisioner'],
    gates: gates.nodes,
    cloud: values['cloud-provider'],
    nodeClass: values['node-class'],
    goClass: {
      ...(group !== undefined && { group }),
      ...(kind !== undefined && { kind }),
      ...(plural !== undefined && { plural }),
      ...values['karpenter-node-classes'],
    },
  });
}

/** The Go original, too, reads them only where something is made of a class of Karpenter's. */
function unusedClassFlags(nodes: NodeProvisioning): readonly string[] {
  const nodeClass = configuredClass(nodes);
  return nodeClass === undefined || isKaitoClass(nodeClass) ? GO_CLASS_FLAGS : [];
}

/** The original's flag for the level counts where ours is absent. */
function withZapLevel(values: Values): Values {
  const level = values['log-level'] ?? values['zap-log-level'];
  return { ...values, ...(level === undefined ? {} : { 'log-level': level }) };
}

function configOf(values: SettingValues, nodes: NodeProvisioning, ignored: readonly string[]): Config {
  return {
    logLevel: values['log-level'],
    metricsAddress: onHost(values['metrics-bind-address'], values.host),
    healthAddress: onHost(values['health-probe-bind-address'], values.host),
    isElected: values['leader-elect'] === 'true',
    systemNamespace: values['system-namespace'],
    identity: values['pod-name'],
    workers: values.workers,
    nodes,
    nodeWishes: { imageFamily: values['default-node-image-family'], requirements: values['node-requirements'] },
    cloudProvider: values['cloud-provider'],
    images: {
      source: values['inference-images'],
      registry: values['image-registry'],
      version: values['image-version'],
      presetRegistry: values['preset-registry-name'],
    },
    hubEndpoint: values['hf-endpoint'],
    catalogFile: values.catalog,
    claimReadyMs: values['machine-ready-timeout'],
    schedulingMs: values['scheduling-timeout'],
    claimBackoff: { baseMs: values['machine-retry-delay'], maxMs: values['machine-retry-max-delay'] },
    ignored,
  };
}
