import { MEDIA_TYPES } from './manifest.ts';
import type { Descriptor, ImageManifest } from './manifest.ts';

/** Names of the CNCF ModelPack specification, version 1: a model as an OCI artifact, each file a layer as it is. */
export const MODEL_PACK = {
  artifactType: 'application/vnd.cncf.model.manifest.v1+json',
  config: 'application/vnd.cncf.model.config.v1+json',
  weights: 'application/vnd.cncf.model.weight.v1.raw',
  filePath: 'org.cncf.model.filepath',
} as const;

const TITLE = 'org.opencontainers.image.title';
/** Layers that are a GGUF file whatever they are called. */
const GGUF_TYPES = ['application/vnd.cncf.model.weight.v1.gguf', 'application/vnd.docker.ai.gguf.v3'];
const IMAGE_CONFIGS: readonly string[] = [MEDIA_TYPES.imageConfig, MEDIA_TYPES.dockerConfig];

export interface WeightsFile {
  readonly layer: Descriptor;
  /** Without folders. */
  readonly fileName: string;
}

export type FoundWeights =
  { readonly ok: true; readonly weights: WeightsFile } | { readonly ok: false; readonly message: string };

/** The layer of a GGUF file. */
export function weightsLayer(fileName: string, content: Pick<Descriptor, 'digest' | 'size'>): Descriptor {
  return {
    mediaType: MODEL_PACK.weights,
    digest: content.digest,
    size: content.size,
    annotations: { [TITLE]: fileName, [MODEL_PACK.filePath]: fileName },
  };
}

/** What the specification asks for beside the layers; the same for the same file. */
export function modelConfig(name: string, layer: Descriptor): object {
  return {
    descriptor: { name },
    config: { format: 'gguf' },
    modelfs: { type: 'layers', diffIds: [layer.digest] },
  };
}

export function modelManifest(config: Descriptor, layer: Descriptor): ImageManifest {
  return {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    artifactType: MODEL_PACK.artifactType,
    config,
    layers: [layer],
  };
}

/** The one GGUF file of an artifact, of ours or of another tool that keeps files as they are. */
export function findWeights(manifest: ImageManifest): FoundWeights {
  if (IMAGE_CONFIGS.includes(manifest.config.mediaType)) {
    return refused('is a container image, not a model: run it as the image of a pod, or pack the file as an artifact');
  }
  const found = manifest.layers.filter(isGguf);
  const [layer] = found;
  if (layer === undefined) {
    const others = manifest.layers.map(describe).join(', ');
    return refused(`holds no GGUF file as it is; its layers are: ${others === '' ? 'none' : others}`);
  }
  if (found.length > 1) {
    return refused(`holds ${found.length} GGUF files, of which one would be needed: ${found.map(describe).join(', ')}`);
  }
  return { ok: true, weights: { layer, fileName: titleOf(layer)?.split('/').at(-1) ?? 'model.gguf' } };
}

function isGguf(layer: Descriptor): boolean {
  return GGUF_TYPES.includes(layer.mediaType) || (!isArchive(layer) && titleOf(layer)?.endsWith('.gguf') === true);
}

/** A tar archive keeps the name of what is in it; it would have to be unpacked. */
function isArchive({ mediaType }: Descriptor): boolean {
  return /[.+](?:tar|gzip|zstd)\b/u.test(mediaType);
}

function titleOf({ annotations = {} }: Descriptor): string | undefined {
  return annotations[MODEL_PACK.filePath] ?? annotations[TITLE];
}

function describe(layer: Descriptor): string {
  return `${titleOf(layer) ?? 'without name'} (${layer.mediaType})`;
}

function refused(message: string): FoundWeights {
  return { ok: false, message };
}
