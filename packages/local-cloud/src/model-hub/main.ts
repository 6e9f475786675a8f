import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import * as z from 'zod';

import { LocalCloudError } from '../local-cloud-error.ts';
import { readCatalog } from './catalog.ts';
import type { CatalogFile } from './catalog.ts';
import { startModelHub } from './model-hub.ts';

const USAGE = `Answers every GGUF file of a catalogue with one file, as a model hub would.

  --model FILE    the GGUF file that stands in for all of them
  --catalog FILE  YAML with presets[].gguf: {repo, file, revision}
  --port N        port to listen on (0: a free one)
  --host ADDRESS  address to listen on (127.0.0.1)

Example
  node main.ts --model tiny.gguf --catalog presets.yaml --port 8000
  HF_ENDPOINT=http://127.0.0.1:8000 inference-server --model hf:OWNER/NAME/FILE.gguf@main
`;

const Flags = z.object({
  model: z.string({ error: 'required' }).min(1),
  catalog: z.string({ error: 'required' }).min(1),
  port: z.coerce.number<string>({ error: 'expected a number' }).int().min(0).max(65_535).default(0),
  host: z.string().min(1).default('127.0.0.1'),
});

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const options = { model: text, catalog: text, port: text, host: text, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args: process.argv.slice(2), options });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return;
  }
  const { model, catalog, port, host } = Flags.parse(values);
  const hub = await startModelHub({
    host,
    port,
    catalog: await catalogOf(catalog),
    standInFile: model,
    onRequest: (line) => process.stdout.write(`${new Date().toISOString()} ${line}\n`),
  });
  process.stdout.write(`Model hub ready at ${hub.endpoint}; ${model} stands in for every file\n`);
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await hub.close();
}

async function catalogOf(file: string): Promise<readonly CatalogFile[]> {
  const yaml = await readFile(file, 'utf8').catch(() => undefined);
  if (yaml === undefined) {
    throw new LocalCloudError(`there is no catalogue ${file}`);
  }
  return readCatalog(yaml);
}

try {
  await main();
} catch (error) {
  const message =
    error instanceof z.ZodError ? z.prettifyError(error) : String(error instanceof Error ? error.message : error);
  process.stderr.write(`model hub: ${message}\n`);
  process.exitCode = 1;
}
