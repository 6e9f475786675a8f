import path from 'node:path';
import { parseArgs } from 'node:util';

import * as z from 'zod';

import { parseRange } from './core/addresses.ts';

const text = { type: 'string' } as const;
const FLAGS = {
  kubeconfig: text,
  simulator: text,
  'simulator-ca': text,
  'pod-cidr': text,
  directory: text,
  images: text,
  'image-table': text,
  'program-directory': text,
  env: { type: 'string', multiple: true },
  scale: text,
  'time-scale': text,
  'kubelet-address': text,
  'kubelet-port': text,
  'kubelet-cert-file': text,
  'kubelet-key-file': text,
  'client-ca-file': text,
  'service-addresses-file': text,
  mounts: text,
  gpus: text,
  're-register': { type: 'boolean' },
  'adopted-nodes': text,
  'log-level': text,
  help: { type: 'boolean' },
} as const;

/** A flag wins over its variable. */
const VARIABLES: Readonly<Record<string, string>> = { kubeconfig: 'KUBECONFIG', 'log-level': 'LOG_LEVEL' };

const file = z.string().min(1).optional();

function isRange(cidr: string): boolean {
  try {
    return parseRange(cidr).size >= 4;
  } catch {
    return false;
  }
}

const A_RANGE = 'give an IPv4 range on loopback such as 127.64.0.0/20';

const Config = z
  .strictObject({
    kubeconfig: z.string({ error: 'name the kubeconfig of the cluster' }).min(1),
    simulator: z.url({ protocol: /^https?$/u, error: 'give the URL of the ARM simulator' }),
    'simulator-ca': file,
    'pod-cidr': z.string({ error: A_RANGE }).refine(isRange, A_RANGE),
    directory: z.string().min(1),
    images: file,
    'image-table': file,
    'program-directory': z.string().min(1),
    env: z.array(z.string().regex(/^[^=]+=/u, 'write NAME=VALUE')).default([]),
    scale: z.coerce.number().positive().max(100).default(0.1),
    'time-scale': z.coerce.number().positive().max(100).default(1),
    'kubelet-address': z.ipv4().default('127.0.0.1'),
    'kubelet-port': z.coerce.number().int().min(0).max(65_535).default(0),
    'kubelet-cert-file': file,
    'kubelet-key-file': file,
    'client-ca-file': file,
    'service-addresses-file': file,
    mounts: z.enum(['auto', 'namespace', 'paths']).default('auto'),
    gpus: z.enum(['delay', 'device-plugin', 'never']).default('delay'),
    're-register': z.boolean().default(false),
    'adopted-nodes': z
      .string()
      .regex(/^[^=]+=/u, 'write KEY=VALUE')
      .optional(),
    'log-level': z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    help: z.boolean().default(false),
  })
  .refine((config) => (config['kubelet-cert-file'] === undefined) === (config['kubelet-key-file'] === undefined), {
    path: ['kubelet-cert-file'],
    message: '--kubelet-cert-file and --kubelet-key-file go together',
  });

export type AgentConfig = z.output<typeof Config>;

/** Undefined: help is asked for. Throws one error that names everything that is wrong. */
export function readConfig(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  repository: string,
): AgentConfig | undefined {
  const { values } = parseArgs({ args: [...args], options: FLAGS, strict: true });
  if (values.help === true) {
    return undefined;
  }
  const fromEnvironment = Object.entries(VARIABLES).flatMap(([flag, name]) => {
    const value = environment[name];
    return value === undefined || value === '' ? [] : [[flag, value]];
  });
  const defaults = { directory: path.join(repository, '.local/nodes'), 'program-directory': repository };
  return Config.parse({ ...defaults, ...Object.fromEntries(fromEnvironment), ...values });
}

export const USAGE = `Runs the pods of simulated machines as processes of this one. A development tool: nothing is isolated.

Usage: node packages/local-cloud/src/node-agent/main.ts FLAG...

Example
  --kubeconfig .local/kubeconfig-node-agent --simulator https://127.0.0.1:4400 --simulator-ca .local/ca.crt
  --pod-cidr 127.64.16.0/20 --images images.json

Needed
  --kubeconfig FILE           the cluster (KUBECONFIG)
  --simulator URL             the ARM simulator, whose machines become nodes
  --pod-cidr RANGE            loopback addresses that the pods' programs listen on

Programs
  --images FILE               image table, before the built-in one (also --image-table):
                              [{"image": "registry/name:*", "entrypoint": ["node", "server.js"], "cmd": [],
                                "env": {}, "workingDir": "/abs", "provides": "nvidia.com/gpu"}]
  --program-directory DIR     where programs of the table are started (the repository)
  --env NAME=VALUE            given to every container; may be repeated
  --mounts auto|namespace|paths
                              namespace: each container sees its volumes at their paths (root on Linux);
                              paths: below the directory in KAITO_ROOT; auto: tries

Nodes
  --scale N                   one second of the cloud takes N seconds (0.1): booting, GPUs, restart back-off
  --time-scale N              stretches that once more (1)
  --gpus delay|device-plugin|never
                              nvidia.com/gpu comes by itself, with a device plugin's pod, or never
  --re-register               register a Node again that was deleted while its machine lives
  --adopted-nodes KEY=VALUE   be the kubelet of nodes with this label too, which somebody else makes

Kubelet endpoint (kubectl logs)
  --kubelet-address, --kubelet-port           where (127.0.0.1, a free port)
  --kubelet-cert-file, --kubelet-key-file     serving certificate (a self-signed one)
  --client-ca-file FILE                       whose clients to believe (anybody on this machine)

Other
  --simulator-ca FILE         authority of the simulator's certificate
  --directory DIR             volumes and logs (.local/nodes)
  --service-addresses-file F  where each Service can be reached is written there
  --log-level LEVEL           debug, info, warn or error (LOG_LEVEL; info)
`;
