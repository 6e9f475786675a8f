import { UnavailableOfferings } from '../src/core/offerings/unavailable-offerings.ts';
import type { World } from '../src/world.ts';
import { settings } from './settings.ts';

/** Of a region in which the identity may not read what there is. */
export function unreadableRegion(): World['offerings'] {
  return {
    unavailable: new UnavailableOfferings(settings.offerings.unavailable),
    knowledge: () => ({ skus: 'NotPermitted', usages: 'NotPermitted' }),
    awaitSkus: () => undefined,
    awaitUsages: () => undefined,
    takeAccepted: () => undefined,
    forget: () => undefined,
  };
}
