import { parseArgs } from 'node:util';

import * as z from 'zod';

import { isTagged, parseImageName } from './image-name.ts';
import type { ImageName } from './image-name.ts';
import { VERSION } from './version.ts';

export interface PackOptions {
  readonly command: 'pack';
  readonly file: string;
  readonly to: ImageName;
}

export interface BakeOptions {
  readonly command: 'bake';
  readonly file: string;
  readonly image: ImageName;
  readonly base: ImageName;
  readonly platform: { readonly os: string; readonly architecture: string };
}

export type ReadOptions =
  | { readonly kind: 'options'; readonly options: PackOptions | BakeOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

const DEFAULT_BASE = `kaito.local/inference-server:${VERSION}`;
const FLAGS = { pack: ['file', 'to'], bake: ['file', 'image', 'base', 'platform'] } as const;
const file = z.string({ error: 'required: the GGUF file' }).min(1);

/** `localImages` is the folder with the images of `npm run images`. */
export function readOptions(args: readonly string[], localImages: string): ReadOptions {
  const [command, ...rest] = args;
  if (command === undefined || [command, ...rest].some((argument) => argument === '--help' || argument === '-h')) {
    return { kind: 'help' };
  }
  if (command !== 'pack' && command !== 'bake') {
    return { kind: 'invalid', problems: [`there is no command ${command}: pack or bake`] };
  }
  const flags = flagsOf(rest, FLAGS[command]);
  if (!flags.ok) {
    return { kind: 'invalid', problems: [flags.problem] };
  }
  const parsed = (command === 'pack' ? packing(localImages) : baking(localImages)).safeParse(flags.values);
  return parsed.success
    ? { kind: 'options', options: parsed.data }
    : {
        kind: 'invalid',
        problems: parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`),
      };
}

function packing(localImages: string) {
  return z
    .object({ file, to: target(localImages, 'required: where to, for example registry.example.com/team/model:v1') })
    .transform((values): PackOptions => ({ command: 'pack', ...values }));
}

function baking(localImages: string) {
  return z
    .object({
      file,
      image: target(localImages, 'required: the name of the new image, for example registry.example.com/team/phi-3:v1'),
      base: imageName(localImages).default((): ImageName => ({
        kind: 'layout',
        folder: localImages,
        tag: DEFAULT_BASE,
      })),
      platform: z
        .string()
        .regex(/^[a-z0-9]+\/[a-z0-9]+$/u, { error: 'expected OS/ARCHITECTURE, for example linux/arm64' })
        .default('linux/amd64')
        .transform((text) => {
          const [os = '', architecture = ''] = text.split('/');
          return { os, architecture };
        }),
    })
    .transform((values): BakeOptions => ({ command: 'bake', ...values }));
}

function target(localImages: string, missing: string) {
  return imageName(localImages, missing).refine(isTagged, { error: 'needs a tag: NAME:TAG' });
}

function imageName(localImages: string, missing?: string) {
  return z.string({ error: missing ?? 'expected a name' }).transform((text, context): ImageName => {
    const parsed = parseImageName(text, localImages);
    if (parsed.ok) {
      return parsed.name;
    }
    context.addIssue(parsed.message);
    return z.NEVER;
  });
}

type Flags =
  | { readonly ok: true; readonly values: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problem: string };

function flagsOf(args: readonly string[], names: readonly string[]): Flags {
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
    return { ok: true, values: { ...parseArgs({ args: [...args], options }).values } };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
}
