import { bindAddress, givenOptions, isPlainAddress, onHost, optionProblem } from '@kaito/controller-runtime';
import type { BindAddress } from '@kaito/controller-runtime';
import * as z from 'zod';

import type { Settings } from './core/settings.ts';
import { OPTIONS, SWITCHES } from './options.ts';

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
  readonly workloadIdentity: {
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

const ONE_TO_1000 = 'expected a whole number from 1 to 1000';

const required = z.string({ error: 'is needed' });
const HTTPS = 'expected an address that begins with https:// and has no user and password';
const secure = z.url({ protocol: /^https$/u, error: HTTPS }).refine(isPlainAddress, HTTPS);
const positive = z.coerce.number<string>({ error: 'expected a number above 0' }).positive('expected a number above 0');
const seconds = positive.transform((value) => value * 1000);

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

const Values = z.object({
  'subscription-id': required,
  'resource-group': required,
  'cluster-name': required,
  location: required,
  'tenant-id': z.string().optional(),
  'client-id': z.string().optional(),
  'federated-token-file': z.string().optional(),
  'authority-host': secure.optional(),
  'arm-endpoint': secure.default('https://management.azure.com'),
  'arm-audience': secure.default('https://management.azure.com'),
  'request-timeout': seconds.default(30_000),
  'registration-timeout': seconds.default(900_000),
  'launch-timeout': seconds.default(1_800_000),
  'time-scale': positive.default(1),
  workers: workers.default(32),
  'leader-elect': z.enum(['true', 'false']).default('true'),
  'system-namespace': z.string().default('kaito-system'),
  'pod-name': z.string().default('gpu-provisioner'),
  'metrics-bind-address': address.prefault(':8080'),
  'health-probe-bind-address': address.prefault(':8081'),
  host: z.string().default(''),
  'log-level': z.enum(LOG_LEVELS).default('info'),
});

type Values = z.infer<typeof Values>;

/** Flags win over the environment; every wrong value is named at once. */
export function readConfig(args: readonly string[], environment: Environment): ReadConfig {
  const given = givenOptions({ options: OPTIONS, switches: SWITCHES }, args, environment);
  if (given.kind !== 'given') {
    return given;
  }
  const parsed = Values.safeParse(given.values);
  return parsed.success
    ? { kind: 'config', config: configOf(parsed.data) }
    : { kind: 'invalid', problems: parsed.error.issues.map((issue) => optionProblem(OPTIONS, issue)) };
}

function configOf(values: Values): Config {
  const {
    'tenant-id': tenantId,
    'client-id': clientId,
    'federated-token-file': tokenFile,
    'authority-host': authorityHost,
  } = values;
  return {
    logLevel: values['log-level'],
    metricsAddress: onHost(values['metrics-bind-address'], values.host),
    healthAddress: onHost(values['health-probe-bind-address'], values.host),
    isElected: values['leader-elect'] === 'true',
    systemNamespace: values['system-namespace'],
    identity: values['pod-name'],
    workers: values.workers,
    azure: {
      endpoint: values['arm-endpoint'],
      scope: scopeOf(values['arm-audience']),
      subscriptionId: values['subscription-id'],
      resourceGroup: values['resource-group'],
      clusterName: values['cluster-name'],
      requestTimeoutMs: values['request-timeout'],
    },
    workloadIdentity: {
      ...(tenantId !== undefined && { tenantId }),
      ...(clientId !== undefined && { clientId }),
      ...(tokenFile !== undefined && { tokenFile }),
      ...(authorityHost !== undefined && { authorityHost }),
    },
    settings: settingsOf(values),
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
    orphanGraceMs: scaled(30_000),
    registrationTimeoutMs: scaled(values['registration-timeout']),
    launchCeilingMs: scaled(values['launch-timeout']),
    retryBaseMs: scaled(1_000),
    retryMaxMs: scaled(60_000),
    slowRetryMs: scaled(600_000),
    maxCreatesPerHour: 12,
    stuckPodMs: scaled(60_000),
  };
}
