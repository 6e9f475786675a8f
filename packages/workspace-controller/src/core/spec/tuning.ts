import type { Tuning, Workspace } from '@kaito/types';

import type { Settings } from '../settings.ts';
import { imageProblems } from './image-reference.ts';
import { unknownPreset } from './preset-runtime.ts';
import { isTunable } from './presets.ts';
import { invalid, unavailable } from './reading.ts';
import type { Problem } from './reading.ts';

const SECRET_NAME = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/u;

/** Everything that keeps this tuning from running; never empty, since this release does not run any. */
export function tuningProblems(tuning: Tuning, { resource }: Workspace, settings: Settings): readonly Problem[] {
  const count = resource?.count ?? 1;
  return [
    ...presetProblems(tuning, settings),
    ...(['lora', 'qlora'].includes((tuning.method ?? '').toLowerCase())
      ? []
      : [invalid('tuning.method', `must be lora or qlora, is "${tuning.method ?? ''}"`)]),
    ...(count > 1 ? [invalid('resource.count', `must be 1 for tuning, is ${count}`)] : []),
    ...inputProblems(tuning),
    ...outputProblems(tuning),
    unavailable('tuning', 'this release does not run tuning jobs yet: no node is bought for it'),
  ];
}

function presetProblems({ preset }: Tuning, settings: Settings): readonly Problem[] {
  if (preset === undefined) {
    return [invalid('tuning.preset', 'is required: name the model to tune')];
  }
  const found = settings.catalog.find(preset.name);
  if (found === undefined) {
    return [unknownPreset('tuning.preset.name', preset.name, settings)];
  }
  const tunable = settings.catalog.presets.filter(isTunable).map(({ name }) => name);
  return isTunable(found)
    ? []
    : [invalid('tuning.preset.name', `${found.name} cannot be tuned; these can: ${tunable.join(', ')}`)];
}

function inputProblems({ input }: Tuning): readonly Problem[] {
  const { urls, volumeSource, image } = input;
  const sources = [urls, volumeSource, image].filter((source) => source !== undefined);
  return [
    ...(sources.length === 1 ? [] : [invalid('tuning.input', 'set exactly one of urls, volumeSource and image')]),
    ...(image === undefined ? [] : imageProblems('tuning.input.image', image)),
  ];
}

function outputProblems({ output }: Tuning): readonly Problem[] {
  const { image, volumeSource, imagePushSecret } = output;
  if (image === undefined) {
    return volumeSource === undefined ? [invalid('tuning.output', 'set one of image and volumeSource')] : [];
  }
  return [...imageProblems('tuning.output.image', image), ...pushSecretProblems(imagePushSecret)];
}

function pushSecretProblems(name: string | undefined): readonly Problem[] {
  const path = 'tuning.output.imagePushSecret';
  if (name === undefined) {
    return [invalid(path, 'is required with output.image: name the Secret that may push it')];
  }
  return SECRET_NAME.test(name) ? [] : [invalid(path, `"${name}" cannot be the name of a Secret`)];
}
