import {
  bytesBody,
  digestOf,
  jsonBytes,
  MEDIA_TYPES,
  MODEL_PACK,
  modelConfig,
  modelManifest,
  weightsLayer,
} from '@kaito/oci';

import { digestOfBody, fileBody, watched } from './bodies.ts';
import type { ImageStore } from './image-store.ts';
import { patiently, progressOf } from './task.ts';
import type { World } from './task.ts';
import type { WeightsFile } from './weights-file.ts';

export interface Packed {
  /** Of the manifest. */
  readonly digest: string;
  readonly fileDigest: string;
}

/** Makes the artifact of a GGUF file; the same file always gives the same digest. */
export async function pack(file: WeightsFile, to: ImageStore, world: World): Promise<Packed> {
  const { signal } = world;
  const content = fileBody(file.path, file.size);
  const digest = await digestOfBody(watched(content, progressOf(`reading ${file.name}`, file.size, world)), signal);
  const layer = weightsLayer(file.name, { digest, size: file.size });
  await patiently(world, async () => {
    const sending = watched(content, progressOf(`sending ${file.name}`, file.size, world));
    await to.putBlob(layer, sending, signal);
  });
  const configBytes = jsonBytes(modelConfig(file.name.replace(/\.gguf$/u, ''), layer));
  const config = { mediaType: MODEL_PACK.config, digest: digestOf(configBytes), size: configBytes.length };
  await patiently(world, async () => to.putBlob(config, bytesBody(configBytes), signal));
  const manifest = { mediaType: MEDIA_TYPES.manifest, bytes: jsonBytes(modelManifest(config, layer)) };
  return { digest: await patiently(world, async () => to.putManifest(manifest, signal)), fileDigest: digest };
}
