import { quantityValue } from '@kaito/types';
import type { Quantity } from '@kaito/types';

const GIB = 2 ** 30;

/** The largest OS disk of an agent pool. */
const MAX_GIB = 2048;

/**
 * The OS disk in whole GiB that a `storage` request asks for; 0: the platform's default; undefined: not a size that
 * a pool can have. A bare number below a GiB in bytes is meant in GiB: so presets of the Machine era spell it, whose
 * provisioner cut the byte value to 32 bits (provisioner.md 2.1).
 */
export function osDiskSizeGiB(storage: Quantity | undefined): number | undefined {
  if (storage === undefined) {
    return 0;
  }
  const value = quantityValue(storage);
  if (value === undefined || value < 0) {
    return undefined;
  }
  const isBare = /^[+]?[0-9.]+$/u.test(String(storage));
  const gib = isBare && value < GIB ? Math.ceil(value) : wholeGiB(value);
  return gib > MAX_GIB ? undefined : gib;
}

/** At least what was asked for, except that less than one GiB cannot be meant. */
function wholeGiB(bytes: number): number {
  return bytes < GIB ? 0 : Math.ceil(bytes / GIB);
}
