import type { ResourceType } from '@kaito/controller-runtime';
import { resourceUrl } from '@kaito/kube';

import { Refusal } from './refusal.ts';

/** A request, as it is named in the error that answers it. */
interface RequestName {
  readonly verb: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'WATCH';
  readonly type: ResourceType;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
}

/** Does it; a refusal becomes the error that a client over HTTP would throw. */
export function answering<R>(request: RequestName, act: () => R): R {
  try {
    return act();
  } catch (error) {
    throw error instanceof Refusal ? error.answer(`${request.verb} ${resourceUrl(request)}`) : error;
  }
}
