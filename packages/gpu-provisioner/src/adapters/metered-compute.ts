import type { Compute } from '../core/offerings/offering.ts';
import { cloudMeter } from './cloud-meter.ts';
import type { MeterOptions } from './cloud-meter.ts';

/** Counts and times every question about the region, apart from those about agent pools. */
export function meteredCompute(compute: Compute, options: MeterOptions): Compute {
  const metered = cloudMeter(options);
  return {
    skus: async (signal) => metered('GetInstanceTypes', async () => compute.skus(signal)),
    usages: async (signal) => metered('GetUsages', async () => compute.usages(signal)),
  };
}
