import { bake } from './bake.ts';
import type { ImageName } from './image-name.ts';
import { imageStore } from './image-store.ts';
import type { ImageStore, ReadCredentials } from './image-store.ts';
import type { BakeOptions, PackOptions } from './options.ts';
import { pack } from './pack.ts';
import { report, sized } from './report.ts';
import type { World } from './task.ts';
import { weightsFile } from './weights-file.ts';
import type { WeightsFile } from './weights-file.ts';

export interface RunOptions {
  readonly world: World;
  readonly readCredentials: ReadCredentials;
}

/** Does it and returns what to tell. */
export async function run(options: PackOptions | BakeOptions, { world, readCredentials }: RunOptions): Promise<string> {
  const file = await weightsFile(options.file);
  const open = async (name: ImageName): Promise<ImageStore> => imageStore(name, readCredentials);
  if (options.command === 'pack') {
    return packed(file, await open(options.to), world);
  }
  const images = { base: await open(options.base), image: await open(options.image), platform: options.platform };
  return baked(file, images, world);
}

async function packed(file: WeightsFile, to: ImageStore, world: World): Promise<string> {
  const { digest, fileDigest } = await pack(file, to, world);
  return report(
    [
      ['artifact', to.label()],
      ['digest', digest],
      ['file', `${file.name}, ${sized(file.size)}, ${fileDigest}`],
    ],
    ['Serve it with the inference server: --model and the name of the artifact'],
  );
}

async function baked(file: WeightsFile, images: Parameters<typeof bake>[1], world: World): Promise<string> {
  const { digest, fileDigest, modelPath, sizeBytes } = await bake(file, images, world);
  return report(
    [
      ['image', images.image.label()],
      ['digest', digest],
      ['size', `${sized(sizeBytes)}, of which the weights ${sized(file.size)}`],
      ['base', images.base.label()],
      ['weights', `${modelPath}, ${fileDigest}`],
    ],
    ['Use it as the image of the container in inference.template of a Workspace; it needs no arguments'],
  );
}
