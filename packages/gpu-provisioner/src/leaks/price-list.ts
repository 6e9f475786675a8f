import * as z from 'zod';

import type { Prices } from '../core/collection/leaks.ts';

const PriceList = z.record(z.string(), z.number().min(0));

/** What a person wrote into the file; throws what is wrong with it. */
export function readPriceList(written: unknown): Prices {
  const parsed = PriceList.safeParse(written);
  if (!parsed.success) {
    throw new TypeError(`the price list is to be VM size to price of an hour: ${z.prettifyError(parsed.error)}`);
  }
  return new Map(Object.entries(parsed.data).map(([size, price]) => [size.toLowerCase(), price]));
}
