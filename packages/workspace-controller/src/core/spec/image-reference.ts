import { withoutSecrets } from '@kaito/controller-runtime';

import type { Problem } from './reading.ts';

const DOMAIN = String.raw`(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?`;
const PATH = String.raw`[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*`;
const TAG = String.raw`:[\w][\w.-]{0,127}`;
const DIGEST = String.raw`@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}`;

/** The grammar of github.com/distribution/reference, which kubelets use. */
const REFERENCE = new RegExp(`^(?:${DOMAIN}/)?${PATH}(?:${TAG})?(?:${DIGEST})?$`, 'u');

const PLACEHOLDER = /[A-Z]+(?:_[A-Z]+)+/u;

/** The problem with an image that no kubelet can pull, and what belongs there instead; none when nothing is wrong. */
export function imageProblems(path: string, image: string): readonly Problem[] {
  if (REFERENCE.test(image)) {
    return [];
  }
  const cause = PLACEHOLDER.test(image) ? 'still holds the placeholder of the example' : 'is not an image reference';
  const remedy = 'name the image that you pushed, as registry/repository:tag in lower case';
  return [{ path, message: `"${withoutSecrets(image)}" ${cause}: ${remedy}`, kind: 'image' }];
}
