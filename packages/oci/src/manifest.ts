import * as z from 'zod';

import { TransferError } from './transfer-error.ts';

export const MEDIA_TYPES = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  imageConfig: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  layerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const;

const Annotations = z.record(z.string(), z.string()).optional();

/** A name by content: what it is, how long, and its digest. */
export const Descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/u),
  size: z.int().nonnegative(),
  annotations: Annotations,
});
export type Descriptor = z.infer<typeof Descriptor>;

/** An image or an artifact. */
export const ImageManifest = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: Descriptor,
  layers: z.array(Descriptor),
  annotations: Annotations,
});
export type ImageManifest = z.infer<typeof ImageManifest>;

const Platform = z.object({ os: z.string(), architecture: z.string() });

/** Several manifests under one name, usually one per platform. */
export const ImageIndex = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  manifests: z.array(Descriptor.extend({ platform: Platform.optional() })),
});
export type ImageIndex = z.infer<typeof ImageIndex>;

/** As it came, since its digest is over these very bytes. */
export interface RawManifest {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Buffer;
}

export type ParsedManifest =
  | { readonly kind: 'manifest'; readonly manifest: ImageManifest }
  | { readonly kind: 'index'; readonly index: ImageIndex };

const INDEX_TYPES: readonly string[] = [MEDIA_TYPES.index, MEDIA_TYPES.dockerIndex];

/** Throws `Rejected` when it is neither a manifest nor an index. */
export function parseManifest({ mediaType, digest, bytes }: RawManifest): ParsedManifest {
  const json = parseJson(bytes.toString('utf8'));
  return INDEX_TYPES.includes(mediaType)
    ? { kind: 'index', index: checked(ImageIndex.safeParse(json), digest) }
    : { kind: 'manifest', manifest: checked(ImageManifest.safeParse(json), digest) };
}

function checked<T>(result: z.ZodSafeParseResult<T>, digest: string): T {
  if (result.success) {
    return result.data;
  }
  const [issue] = result.error.issues;
  throw new TransferError(
    'Rejected',
    `${digest} is no manifest: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
