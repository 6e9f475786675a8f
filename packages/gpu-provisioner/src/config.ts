import { bindAddress, givenOptions, isPlainAddress, onHost, optionProblem } from '@kaito/controller-runtime';
import type { BindAddress } from '@kaito/controller-runtime';
import * as z from 'zod';

import { AZURE_CLOUDS, azureCloud } from './azure-cloud.ts';
import type { AzureCloud } from './azure-cloud.ts';
import { offeringSettings } from './core/offerings/offering-settings.ts';
import type { Settings } from './core/settings.ts';
import { OPTIONS, SWITCHES } from './options.ts';

const DEPLOYMENT_MODES = ['self-hosted', 'managed'] as const;
const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** All settings but the identity of the cluster, which is read from the cluster itself. */
export type ProvisionerSettings = Omit<Settings, 'clusterId'>;

export interface Config {
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly metricsAddress: BindAddress;
  readonly healthAddress: BindAddress;
  readonly isElected: boolean;
  readonly systemNamespace: string;
  /** Who holds the lease; the name of a replica that comes back is the same. */
  readonly identity: string;
  readonly workers: number;
  readonly azure: {
    readonly endpoint: string;
    readonly scope: string;
    readonly subscriptionId: string;
    readonly resourceGroup: string;
    readonly clusterName: string;
    readonly requestTimeoutMs: number;
  };
  /** What is absent may still come, and is asked for when a token is. */
  readonly azureIdentity: {
    readonly deploymentMode: (typeof DEPLOYMENT_MODES)[number];
    readonly tenantId?: string;
    readonly clientId?: string;
    readonly tokenFile?: string;
    readonly authorityHost?: string;
  };
  readonly settings: ProvisionerSettings;
}

export type ReadConfig =
  | { readonly kind: 'config'; readonly config: Config }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

type Environment = Readonly<Record<string, string | undefined>>;

const FROM_0_TO_1 = 'expected a number from 0 to 1';
const ONE_TO_1000 = 'expected a whole number from 1 to 1000';

const PORT = 'expected a port from 0 to 65535';

const required = z.string({ error: 'is needed' });
const HTTPS = 'expected an address that begins with https:// and has no user and password';
const secure = z.url({ protocol: /^https$/u, error: HTTPS }).refine(isPlainAddress, HTTPS);
const positive = z.coerce.number<string>({ error: 'expected a number above 0' }).positive('expected a number above 0');
const seconds = positive.transform((value) => value * 1000);

const share = z.coerce.number<string>({ error: FROM_0_TO_1 }).min(0, FROM_0_TO_1).max(1, FROM_0_TO_1);

const workers = z.coerce
  .number<string>({ error: ONE_TO_1000 })
  .int(ONE_TO_1000)
  .min(1, ONE_TO_1000)
  .max(1000, ONE_TO_1000);

const address = z.string().transform((text, context): BindAddress => {
  const parsed = bindAddress(text);
  if (parsed === undefined) {
    context.addIssue('expected [HOST]:PORT, for example :8080');
    return z.NEVER;
  }
  return parsed;
});

const cloud = z.string().transform((name, context): AzureCloud => {
  const known = azureCloud(name);
  if (known === undefined) {
    context.addIssue(`expected one of ${AZURE_CLOUDS.join(', ')}`);
    return z.NEVER;
  }
  return known;
});

const port = z.string().regex(/^\d+$/u, PORT).transform(Number).pipe(z.int(PORT).min(0, PORT).max(65_535, PORT));
const trueOrFalse = z.enum(['true', 'false']);

/** Everything that may be given, checked. */
export const ConfigValues = z.object({
  'azure-cloud': cloud.prefault('AzurePublic'),
  'deployment-mode': z.enum(DEPLOYMENT_MODES).default('self-hosted'),
  'subscription-id': required,
  'resource-group': required,
  'cluster-name': required,
  location: required,
  'tenant-id': z.string().optional(),
  'client-id': z.string().optional(),
  'federated-token-file': z.string().optional(),
  'authority-host': secure.optional(),
  'arm-endpoint': secure.optional(),
  'arm-audience': secure.optional(),
  'request-timeout': seconds.default(30_000),
  'registration-timeout': seconds.default(900_000),
  'launch-timeout': seconds.default(300_000),
  'launch-ceiling': seconds.default(1_800_000),
  quarantine: seconds.default(30_000),
  'collect-legacy': z.enum(['true', 'false']).default('false'),
  'max-vanishing-share': share.default(0.5),
  'vanishing-confirmation': seconds.default(900_000),
  'slow-deletion': seconds.default(900_000),
  'time-scale': positive.default(1),
  'node-repair': z.enum(['true', 'false']).optional(),
  'feature-gates': z.string().default(''),
  'node-unhealthy-timeout': seconds.default(600_000),
  'max-unhealthy-share': share.default(0.2),
  'gpu-timeout': seconds.default(600_000),
  workers: workers.default(32),
  'leader-elect': trueOrFalse.optional(),
  'disable-leader-election': trueOrFalse.default('false'),
  'system-namespace': z.string().default('kaito-system'),
  'pod-name': z.string().default('gpu-provisioner'),
  'metrics-bind-address': address.optional(),
  'metrics-port': port.default(8080),
  'health-probe-bind-address': address.optional(),
  'health-probe-port': port.default(8081),
  host: z.string().default(''),
  'log-level': z.enum(LOG_LEVELS).default('info'),
});

type Values = z.infer<typeof ConfigValues>;

/** Flags win over the environment; every wrong value is named at once. */
export function readConfig(args: readonly string[], environment: Environment): ReadConfig {
  const given = givenOptions({ options: OPTIONS, switches: SWITCHES }, args, environment);
  if (given.kind !== 'given') {
    return given;
  }
  const parsed = ConfigValues.safeParse(given.values);
  return parsed.success
    ? { kind: 'config', config: configOf(parsed.data) }
    : { kind: 'invalid', problems: parsed.error.issues.map((issue) => optionProblem(OPTIONS, issue)) };
}

export function configOf(values: Values): Config {
  const { 'azure-cloud': chosen, host } = values;
  const isElected = values['leader-elect'] ?? (values['disable-leader-election'] === 'true' ? 'false' : 'true');
  return {
    logLevel: values['log-level'],
    metricsAddress: onHost(values['metrics-bind-address'] ?? { host: '', port: values['metrics-port'] }, host),
    healthAddress: onHost(values['health-probe-bind-address'] ?? { host: '', port: values['health-probe-port'] }, host),
    isElected: isElected === 'true',
    systemNamespace: values['system-namespace'],
    identity: values['pod-name'],
    workers: values.workers,
    azure: {
      endpoint: values['arm-endpoint'] ?? chosen.endpoint,
      scope: scopeOf(values['arm-audience'] ?? chosen.audience),
      subscriptionId: values['subscription-id'],
      resourceGroup: values['resource-group'],
      clusterName: values['cluster-name'],
      requestTimeoutMs: values['request-timeout'],
    },
    azureIdentity: identityOf(values),
    settings: settingsOf(values),
  };
}

function identityOf(values: Values): Config['azureIdentity'] {
  const { 'client-id': clientId, 'federated-token-file': tokenFile, 'tenant-id': tenantId } = values;
  const authorityHost = values['authority-host'] ?? values['azure-cloud'].authorityHost;
  return {
    deploymentMode: values['deployment-mode'],
    ...(tenantId !== undefined && { tenantId }),
    ...(clientId !== undefined && { clientId }),
    ...(tokenFile !== undefined && { tokenFile }),
    ...(authorityHost !== undefined && { authorityHost }),
  };
}

/** An audience may be given as one, or as the scope that it becomes. */
function scopeOf(audience: string): string {
  return audience.endsWith('/.default') ? audience : `${audience.replace(/\/$/u, '')}/.default`;
}

function settingsOf(values: Values): ProvisionerSettings {
  const scaled = (ms: number): number => ms * values['time-scale'];
  return {
    location: values.location,
    dueLookMs: scaled(2_000),
    creatingLookMs: scaled(30_000),
    idleLookMs: scaled(300_000),
    expectedDeletionMs: scaled(20_000),
    proofMaxAgeMs: scaled(30_000),
    createSettleMs: scaled(10_000),
    orphanGraceMs: scaled(values.quarantine),
    collectLegacy: values['collect-legacy'] === 'true',
    maxVanishingShare: values['max-vanishing-share'],
    vanishingConfirmMs: scaled(values['vanishing-confirmation']),
    slowDeletionMs: scaled(values['slow-deletion']),
    nodeReturnMs: scaled(300_000),
    registrationTimeoutMs: scaled(values['registration-timeout']),
    launchTimeoutMs: scaled(values['launch-timeout']),
    launchCeilingMs: scaled(values['launch-ceiling']),
    retryBaseMs: scaled(1_000),
    retryMaxMs: scaled(60_000),
    slowRetryMs: scaled(600_000),
    maxCreatesPerHour: 12,
    stuckPodMs: scaled(60_000),
    isNodeRepairOn: (values['node-repair'] ?? gateOf(values['feature-gates'], 'NodeRepair')) !== 'false',
    nodeUnhealthyMs: scaled(values['node-unhealthy-timeout']),
    maxUnhealthyShare: values['max-unhealthy-share'],
    gpuAdvertisedMs: scaled(values['gpu-timeout']),
    offerings: offeringSettings(values['time-scale']),
  };
}

/** Karpenter's gates are one list, `Name=true,Other=false`; those that mean nothing here are let pass. */
function gateOf(gates: string, name: string): string | undefined {
  return gates
    .split(',')
    .map((gate) => gate.trim().split('='))
    .find(([key]) => key === name)?.[1]
    ?.toLowerCase();
}
