import type { Fields } from '../json.ts';
import { filled } from './filled.ts';

export function defaultedSecret(secret: Fields): Fields {
  return filled(secret, { type: 'Opaque' });
}

/** Go writes times and structs of an Event that is new, though it has none. */
export function defaultedEvent(event: Fields): Fields {
  return filled(event, {
    deprecatedFirstTimestamp: null,
    deprecatedLastTimestamp: null,
    deprecatedSource: Object.freeze({}),
  });
}
