import * as z from 'zod';

import { PackerError } from './packer-error.ts';
import type { WeightsLayer } from './weights-layer.ts';

/** What is read and changed; everything else stays as it was. */
const ImageConfig = z.looseObject({
  created: z.string().optional(),
  config: z
    .looseObject({
      Env: z.array(z.string()).nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
    })
    .default({}),
  rootfs: z.looseObject({ type: z.literal('layers'), diff_ids: z.array(z.string()) }),
  history: z.array(z.looseObject({})).nullish(),
});

export interface Addition {
  readonly weights: Pick<WeightsLayer, 'descriptor' | 'modelPath'>;
  readonly labels: Readonly<Record<string, string>>;
}

/** The configuration of the image with one more layer, which starts with that model. */
export function withModel(base: unknown, baseName: string, { weights, labels }: Addition): object {
  const { modelPath, descriptor } = weights;
  const parsed = ImageConfig.safeParse(base);
  if (!parsed.success) {
    throw new PackerError(
      `${baseName} is no container image: its configuration lacks ${parsed.error.issues[0]?.path.join('.')}`,
    );
  }
  const { config, rootfs, history, created } = parsed.data;
  const others = (config.Env ?? []).filter((variable) => !variable.startsWith('MODEL='));
  const entry = { created, created_by: `weights in ${modelPath}`, comment: 'npm run model -- bake' };
  return {
    ...parsed.data,
    config: {
      ...config,
      // A variable and not an argument: a pod that gives arguments of its own would lose those of the image.
      Env: [...others, `MODEL=${modelPath}`],
      Labels: { ...config.Labels, ...labels },
    },
    // Not compressed: the layer's digest is that of what is in it.
    rootfs: { ...rootfs, diff_ids: [...rootfs.diff_ids, descriptor.digest] },
    history: [...(history ?? []), entry],
  };
}
