import { createHash } from 'node:crypto';

import { MEDIA_TYPES } from '@kaito/oci';
import type { Descriptor, HttpBody } from '@kaito/oci';

import { digestOfBody, fileBody, watched } from './bodies.ts';
import { tarLayer } from './tar-layer.ts';
import { progressOf } from './task.ts';
import type { World } from './task.ts';
import type { WeightsFile } from './weights-file.ts';

export interface WeightsLayer {
  readonly descriptor: Descriptor;
  readonly body: HttpBody;
  readonly fileDigest: string;
  /** Where the file lies in a container. */
  readonly modelPath: string;
}

/** Outside of /workspace/weights, where a pod may mount an empty volume over it. */
const FOLDER = 'models';

/** Reads the file once, for its own digest and for that of the layer. */
export async function readWeightsLayer({ path, name, size }: WeightsFile, world: World): Promise<WeightsLayer> {
  const content = fileBody(path, size);
  const hash = createHash('sha256');
  const onProgress = progressOf(`reading ${name}`, size, world);
  const read = watched(content, (chunk) => {
    hash.update(chunk);
    onProgress(chunk);
  });
  const digest = await digestOfBody(tarLayer(FOLDER, name, read), world.signal);
  const body = tarLayer(FOLDER, name, content);
  return {
    descriptor: { mediaType: MEDIA_TYPES.layer, digest, size: body.length },
    body,
    fileDigest: `sha256:${hash.digest('hex')}`,
    modelPath: `/${FOLDER}/${name}`,
  };
}
