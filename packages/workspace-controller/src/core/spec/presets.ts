import * as z from 'zod';

/** Command-line flags; one with an empty value stands alone. */
const Flags = z.record(z.string(), z.string());
export type Flags = z.infer<typeof Flags>;

const Transformers = z.strictObject({
  launcher: z.string(),
  launch: Flags,
  rendezvous: Flags.optional(),
  script: z.string(),
  run: Flags,
});

const Vllm = z.strictObject({
  command: z.string(),
  servedModelName: z.string(),
  run: Flags,
  isTensorParallel: z.boolean(),
});

/** How one release of the Go original ran a preset, and what it asked of the nodes. */
const Release = z.strictObject({
  /** Of the image `kaito-<preset>`; absent when the user brings the image. */
  tag: z.string().optional(),
  disk: z.string(),
  gpus: z.int(),
  memory: z.string(),
  memoryPerGpu: z.string(),
  readinessMinutes: z.int(),
  isDistributed: z.boolean(),
  isTunable: z.boolean(),
  transformers: Transformers,
  vllm: Vllm.optional(),
});
export type Release = z.infer<typeof Release>;

const Current = z.strictObject({
  disk: z.string(),
  weights: z.string(),
  bytesPerToken: z.int(),
  tokenLimit: z.int(),
  readinessSeconds: z.int(),
  isDistributed: z.boolean(),
  isTunable: z.boolean(),
  needsToken: z.boolean(),
  vllm: Flags,
  transformers: Flags.optional(),
});

const Preset = z.strictObject({
  name: z.string(),
  /** Its id at Hugging Face. */
  model: z.string().optional(),
  access: z.enum(['public', 'private']),
  /** Under what name the server offers it. */
  served: z.string(),
  gguf: z.strictObject({ repo: z.string(), file: z.string(), revision: z.string() }).optional(),
  released: z.strictObject({ 'v0.3.2': Release.optional(), 'v0.4.1': Release.optional() }).optional(),
  current: Current.optional(),
});
export type Preset = z.infer<typeof Preset>;

const CatalogFile = z.strictObject({ presets: z.array(Preset).min(1) });

/** The presets that a Workspace can name. */
export interface Catalog {
  readonly presets: readonly Preset[];
  /**
   * Names of the Machine era are exact, as they were then; the names and Hugging Face ids of current presets are
   * found in any case.
   */
  find(name: string): Preset | undefined;
}

/** Reads the parsed catalogue file; the error names every place that is wrong. */
export function readCatalog(file: unknown): Catalog {
  const parsed = CatalogFile.safeParse(file);
  if (!parsed.success) {
    throw new Error(`the preset catalogue is not as it should be:\n${z.prettifyError(parsed.error)}`);
  }
  return catalogOf(parsed.data.presets);
}

function catalogOf(presets: readonly Preset[]): Catalog {
  const exact = new Map(presets.map((preset) => [preset.name, preset]));
  const anyCase = new Map(presets.flatMap((preset) => currentNames(preset).map((name) => [name, preset])));
  return { presets, find: (name) => exact.get(name) ?? anyCase.get(name.toLowerCase()) };
}

function currentNames({ name, model = name, current }: Preset): readonly string[] {
  return current === undefined ? [] : [name.toLowerCase(), model.toLowerCase()];
}

/** The column that this controller sizes nodes by: the oldest release that had the preset, as manifests expect it. */
export function firstRelease({ released }: Preset): Release | undefined {
  return released?.['v0.3.2'] ?? released?.['v0.4.1'];
}

export function isTunable(preset: Preset): boolean {
  const { released, current } = preset;
  return [released?.['v0.3.2'], released?.['v0.4.1'], current].some((column) => column?.isTunable === true);
}
