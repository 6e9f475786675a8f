import { parseArgs } from 'node:util';
import * as z from 'zod';
import { settingsSchema } from './core/settings.ts';

const FLAGS = {
  host: { type: 'string' },
  port: { type: 'string' },
  scale: { type: 'string' },
  seed: { type: 'string' },
  settings: { type: 'string' },
  'ca-file': { type: 'string' },
  'cert-file': { type: 'string' },
  'key-file': { type: 'string' },
  'subscription-id': { type: 'string' },
  'resource-group': { type: 'string' },
  'cluster-name': { type: 'string' },
  location: { type: 'string' },
  'node-resource-group': { type: 'string' },
  'kubernetes-version': { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** The variables that the provisioner reads too, so that both can be given the same. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  'subscription-id': ['AZURE_SUBSCRIPTION_ID', 'ARM_SUBSCRIPTION_ID'],
  'resource-group': ['ARM_RESOURCE_GROUP'],
  'cluster-name': ['AZURE_CLUSTER_NAME'],
  location: ['LOCATION'],
  'node-resource-group': ['AZURE_NODE_RESOURCE_GROUP'],
};

const name = z.string().min(1).optional();

const configSchema = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1'),
    port: z.coerce.number().int().min(0).max(65_535).default(0),
    scale: z.coerce.number().positive().max(100).optional(),
    seed: name,
    settings: z
      .string()
      .transform((text, context): unknown => {
        try {
          return JSON.parse(text);
        } catch {
          context.addIssue({ code: 'custom', message: 'not JSON' });
          return z.NEVER;
        }
      })
      .pipe(settingsSchema)
      .optional(),
    'ca-file': name,
    'cert-file': name,
    'key-file': name,
    'subscription-id': z.guid().optional(),
    'resource-group': name,
    'cluster-name': name,
    location: name,
    'node-resource-group': name,
    'kubernetes-version': name,
    help: z.boolean().default(false),
  })
  .refine((config) => (config['cert-file'] === undefined) === (config['key-file'] === undefined), {
    path: ['cert-file'],
    message: '--cert-file and --key-file go together, and --ca-file then names the authority to read',
  });

export type SimulatorConfig = z.output<typeof configSchema>;

/** Flags win over variables. Throws one error that names everything that is wrong. */
export function readConfig(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): SimulatorConfig {
  const { values } = parseArgs({ args: [...args], options: FLAGS, strict: true });
  const fromEnvironment = Object.entries(VARIABLES).flatMap(([flag, names]) => {
    const value = names.map((variable) => environment[variable]).find((text) => text !== undefined && text !== '');
    return value === undefined ? [] : [[flag, value]];
  });
  return configSchema.parse({ ...Object.fromEntries(fromEnvironment), ...values });
}

export const USAGE = `Serves an Azure Resource Manager with one AKS cluster in it, over https on loopback.

  --port N                    port (0: a free one)
  --host ADDRESS              listen address (127.0.0.1)
  --scale N                   one second of the cloud takes N seconds (0.1)
  --settings JSON             how the cloud behaves: {"concurrency":"serial","vmBootSeconds":120}
  --seed TEXT                 the same seed gives the same operation names
  --ca-file FILE              writes the certificate authority there
  --cert-file, --key-file     serves with this certificate; --ca-file is then read
  --subscription-id, --resource-group, --cluster-name, --location,
  --node-resource-group, --kubernetes-version
                              the cluster that there is

Its own routes (VMs, pools, log, faults, settings) are listed at /simulator.
`;
