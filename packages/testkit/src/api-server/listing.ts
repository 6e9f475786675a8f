import type { KubernetesObject, ListPage, ListRequest } from '@kaito/controller-runtime';

import { continuePoint, continueToken } from './continue-token.ts';
import type { ContinuePoint } from './continue-token.ts';
import { expired } from './refusal.ts';
import { matcherOf } from './selection.ts';
import type { ObjectMap } from './table.ts';
import { viewed } from './view.ts';

/** What a list reads from. */
export interface ListSource {
  readonly version: number;
  /** Older states are forgotten. */
  readonly compactedVersion: number;
  readonly objectsAt: (version: number) => ObjectMap;
}

const TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
  'deleted between the time the first chunk was returned and now may show up in the list.';

/** One page, in the order of keys; its continuation is read from the same state of the world. */
export function listing(source: ListSource, request: ListRequest): ListPage {
  const { version, lastKey } = startOf(source, request);
  const isSelected = matcherOf(request.type, request);
  const found = [...source.objectsAt(version)]
    .filter(([key, object]) => key > lastKey && isSelected(object))
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  const limit = request.limit ?? 0;
  const page = limit > 0 ? found.slice(0, limit) : found;
  const items: readonly KubernetesObject[] = page.map(([, object]) => viewed(object, request));
  const answer = { items, resourceVersion: String(version) };
  const last = page.at(-1);
  return page.length === found.length || last === undefined
    ? answer
    : { ...answer, continueToken: continueToken({ version, lastKey: last[0] }) };
}

function startOf(source: ListSource, { continueToken: token }: ListRequest): ContinuePoint {
  if (token === undefined) {
    return { version: source.version, lastKey: '' };
  }
  const point = continuePoint(token);
  if (point.version < source.compactedVersion) {
    throw expired(TOO_OLD);
  }
  return point;
}
