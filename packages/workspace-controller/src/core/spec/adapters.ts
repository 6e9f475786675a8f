import type { Adapter } from '@kaito/types';

import { imageProblems } from './image-reference.ts';
import { invalid, unavailable } from './reading.ts';
import type { Problem } from './reading.ts';

/** Everything that keeps these adapters from being loaded; at least one problem when there are any adapters. */
export function adapterProblems(adapters: readonly Adapter[]): readonly Problem[] {
  if (adapters.length === 0) {
    return [];
  }
  return [
    ...adapters.flatMap((adapter, index) => problemsOfOne(adapter, `inference.adapters[${index}]`)),
    ...duplicateNames(adapters),
    unavailable(
      'inference.adapters',
      'this release does not load adapters yet, and the base model alone would answer as if it did: remove them, or wait for a release that loads them',
    ),
  ];
}

function problemsOfOne({ source, strength }: Adapter, path: string): readonly Problem[] {
  if (source === undefined) {
    return [
      invalid(`${path}.source`, 'is required: name the image that holds the adapter'),
      ...strengthProblems(strength, path),
    ];
  }
  const { name, image, urls, volumeSource } = source;
  const sources = [image, urls, volumeSource].filter((one) => one !== undefined);
  return [
    ...(name === undefined || name === '' ? [invalid(`${path}.source.name`, 'is required')] : []),
    ...(sources.length === 1 ? [] : [invalid(`${path}.source`, 'set exactly one of image, urls and volumeSource')]),
    ...(image === undefined ? [] : imageProblems(`${path}.source.image`, image)),
    ...strengthProblems(strength, path),
  ];
}

function strengthProblems(strength: string | undefined, path: string): readonly Problem[] {
  if (strength === undefined) {
    return [];
  }
  const value = strength.trim() === '' ? Number.NaN : Number(strength);
  return value >= 0 && value <= 1
    ? []
    : [invalid(`${path}.strength`, `must be a number from 0 to 1, is "${strength}"`)];
}

function duplicateNames(adapters: readonly Adapter[]): readonly Problem[] {
  const names = adapters.map(({ source }) => source?.name);
  return names.flatMap((name, index) =>
    name !== undefined && names.indexOf(name) < index
      ? [invalid(`inference.adapters[${index}].source.name`, `"${name}" is the name of another adapter`)]
      : [],
  );
}
