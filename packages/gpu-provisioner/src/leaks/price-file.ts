import { readFile } from 'node:fs/promises';

import { parse } from 'yaml';

import type { Prices } from '../core/collection/leaks.ts';
import { readPriceList } from './price-list.ts';

/** JSON is YAML, too. */
export async function readPriceFile(file: string): Promise<Prices> {
  const written: unknown = parse(await readFile(file, 'utf8'));
  return readPriceList(written);
}
