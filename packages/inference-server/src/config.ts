import { parseArgs } from 'node:util';

import { flagProblem, isPlainAddress, withoutSecrets } from '@kaito/controller-runtime';
import * as z from 'zod';

import { parseModelReference } from './core/model-reference.ts';
import type { ModelReference } from './core/model-reference.ts';

export interface Config {
  readonly model: ModelReference;
  readonly servedModelName: string;
  readonly host: string;
  readonly port: number;
  readonly maxModelLength: number | undefined;
  readonly maxSequences: number | undefined;
  readonly threads: number | undefined;
  readonly gpu: false | 'auto' | 'cuda' | 'vulkan' | 'metal';
  readonly weightsDir: string;
  /** Where absolute paths begin. */
  readonly root: string;
  readonly hubEndpoint: string;
  readonly hubToken: string | undefined;
  /** Folder with the accounts at registries, as `~/.docker`. */
  readonly dockerConfig: string | undefined;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly shutdownGraceMs: number;
}

export type ReadConfig =
  | { readonly kind: 'config'; readonly config: Config }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

interface Setting {
  /** Environment variable that is read when the flag is absent. */
  readonly variable: string;
  readonly help: string;
}

const HTTP = 'expected an http(s) address without user and password; a token goes into HF_TOKEN';

const positive = z.coerce.number<string>({ error: 'expected a number' }).int().min(1);

/** Every setting, in the order of the help text. */
const SETTINGS = {
  model: {
    variable: 'MODEL',
    help: 'hf:REPO/FILE@REVISION, oci://HOST/REPOSITORY:TAG or the path of a GGUF file (required)',
  },
  'served-model-name': { variable: 'SERVED_MODEL_NAME', help: 'name in the OpenAI interface (default: from the file)' },
  host: { variable: 'HOST', help: 'address to listen on (default 0.0.0.0)' },
  port: { variable: 'PORT', help: 'port to listen on (default 5000)' },
  'max-model-len': { variable: 'MAX_MODEL_LEN', help: 'tokens of prompt and answer (default: at most 4096)' },
  'max-num-seqs': { variable: 'MAX_NUM_SEQS', help: 'requests at the same time (default: at most 4)' },
  threads: { variable: 'THREADS', help: 'threads to compute with (default: measured at start)' },
  gpu: { variable: 'GPU', help: 'false, auto, cuda, vulkan or metal (default false)' },
  'weights-dir': { variable: 'WEIGHTS_DIR', help: 'where fetched weights are kept (default /workspace/weights)' },
  'hf-endpoint': { variable: 'HF_ENDPOINT', help: 'address of the hub (default https://huggingface.co)' },
  'log-level': { variable: 'LOG_LEVEL', help: 'debug, info, warn or error (default info)' },
  'shutdown-grace': { variable: 'SHUTDOWN_GRACE', help: 'seconds that running answers get to end (default 25)' },
} as const satisfies Record<string, Setting>;

const Values = z.object({
  model: z
    .string({ error: 'required, for example hf:microsoft/Phi-3-mini-4k-instruct-gguf/Phi-3-mini-4k-instruct-q4.gguf' })
    .transform((text, context) => {
      const parsed = parseModelReference(text);
      if (!parsed.ok) {
        context.addIssue(parsed.message);
        return z.NEVER;
      }
      return parsed.reference;
    }),
  'served-model-name': z.string().min(1).optional(),
  host: z.string().min(1).default('0.0.0.0'),
  port: z.coerce.number<string>({ error: 'expected a number' }).int().min(0).max(65_535).default(5000),
  'max-model-len': positive.optional(),
  'max-num-seqs': positive.max(64).optional(),
  threads: positive.optional(),
  gpu: z
    .enum(['false', 'auto', 'cuda', 'vulkan', 'metal'])
    .default('false')
    .transform((gpu) => (gpu === 'false' ? false : gpu)),
  'weights-dir': z.string().startsWith('/', { error: 'expected an absolute path' }).default('/workspace/weights'),
  'hf-endpoint': z
    .url({ protocol: /^https?$/u, error: HTTP })
    .refine(isPlainAddress, HTTP)
    .default('https://huggingface.co'),
  'log-level': z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  'shutdown-grace': z.coerce.number<string>({ error: 'expected seconds' }).min(0).default(25),
});

/** Flags win over the environment; every wrong value is named at once. */
export function readConfig(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ReadConfig {
  const flags = readFlags(args);
  if (flags.kind !== 'flags') {
    return flags;
  }
  const raw = Object.fromEntries(
    Object.entries(SETTINGS).map(([flag, { variable }]) => [
      flag,
      flags.values[flag] ?? nonEmpty(environment[variable]),
    ]),
  );
  const parsed = Values.safeParse(raw);
  if (!parsed.success) {
    return {
      kind: 'invalid',
      problems: parsed.error.issues.map(({ path, message }) => withoutSecrets(`--${path.join('.')}: ${message}`)),
    };
  }
  return { kind: 'config', config: configOf(parsed.data, environment) };
}

type Flags =
  | { readonly kind: 'flags'; readonly values: Readonly<Record<string, string | undefined>> }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

function readFlags(args: readonly string[]): Flags {
  const options = Object.fromEntries(Object.keys(SETTINGS).map((flag) => [flag, { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean', short: 'h' } } });
    const { help, ...rest } = values;
    return help === true ? { kind: 'help' } : { kind: 'flags', values: stringsOf(rest) };
  } catch (error) {
    return { kind: 'invalid', problems: [flagProblem(error)] };
  }
}

function stringsOf(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function configOf(values: z.infer<typeof Values>, environment: Readonly<Record<string, string | undefined>>): Config {
  return {
    model: values.model,
    servedModelName: values['served-model-name'] ?? nameOf(values.model),
    host: values.host,
    port: values.port,
    maxModelLength: values['max-model-len'],
    maxSequences: values['max-num-seqs'],
    threads: values.threads,
    gpu: values.gpu,
    weightsDir: values['weights-dir'],
    root: nonEmpty(environment['KAITO_ROOT']) ?? '/',
    hubEndpoint: values['hf-endpoint'],
    hubToken: nonEmpty(environment['HF_TOKEN']),
    dockerConfig: nonEmpty(environment['DOCKER_CONFIG']),
    logLevel: values['log-level'],
    shutdownGraceMs: values['shutdown-grace'] * 1000,
  };
}

function nameOf(model: ModelReference): string {
  const file = fileOf(model);
  return (file.split('/').at(-1) ?? file).replace(/\.gguf$/u, '');
}

/** What its last step is named after: a file, or the repository of an artifact. */
function fileOf(model: ModelReference): string {
  switch (model.kind) {
    case 'hub':
      return model.file;
    case 'registry':
      return model.reference.repository;
    case 'file':
      return model.path;
    default:
      return model satisfies never;
  }
}

export function helpText(): string {
  const flags: readonly (readonly [string, Setting])[] = Object.entries<Setting>(SETTINGS);
  const width = Math.max(...flags.map(([flag]) => flag.length));
  const lines = flags.map(([flag, { variable, help }]) => `  --${flag.padEnd(width)}  ${help} [${variable}]`);
  return `Serves one language model over HTTP: POST /chat, POST /v1/chat/completions, GET /health, GET /metrics.

Examples
  # a model from the hub, kept in /workspace/weights
  inference-server --model hf:microsoft/Phi-3-mini-4k-instruct-gguf/Phi-3-mini-4k-instruct-q4.gguf --served-model-name phi-3-mini-4k-instruct

  # an artifact of a registry (npm run model -- pack makes one)
  inference-server --model oci://registry.example.com/team/phi-3-mini:q4

  # a file, on a port of one's own
  inference-server --model /models/SmolLM2-135M-Instruct.Q4_1.gguf --port 8080

  # ask it
  curl http://localhost:5000/chat -H 'content-type: application/json' -d '{"prompt": "What is a river?"}'

Flags [environment variable that is read when the flag is absent]
${lines.join('\n')}

Environment only
  HF_TOKEN       token for private and gated repositories
  DOCKER_CONFIG  folder with a config.json (or .dockerconfigjson) that has the accounts at registries
  KAITO_ROOT     folder that stands for / in absolute paths
`;
}
