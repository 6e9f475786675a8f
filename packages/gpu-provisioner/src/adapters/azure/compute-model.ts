import * as z from 'zod';

import type { VcpuUsage, VmSku } from '../../core/offerings/offering.ts';

/** Optional, and null where Azure writes that. */
const texts = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);

const Sku = z.object({
  resourceType: z.literal('virtualMachines'),
  name: z.string(),
  family: z.string(),
  locations: texts,
  locationInfo: z
    .array(z.object({ location: z.string(), zones: texts }))
    .nullish()
    .transform((infos) => infos ?? []),
  capabilities: z
    .array(z.object({ name: z.string(), value: z.string() }))
    .nullish()
    .transform((list) => new Map((list ?? []).map(({ name, value }) => [name, value]))),
  restrictions: z
    .array(
      z.object({
        type: z.string().nullish(),
        values: texts,
        restrictionInfo: z.object({ locations: texts, zones: texts }).nullish(),
      }),
    )
    .nullish()
    .transform((list) => list ?? []),
});

type Sku = z.infer<typeof Sku>;

const Usage = z.object({
  currentValue: z.number(),
  limit: z.number(),
  name: z.object({ value: z.string(), localizedValue: z.string().nullish() }),
});

/** A region in the spelling of ARM: `East US` is `eastus`. */
export function regionOf(location: string): string {
  return location.toLowerCase().replaceAll(/\s/gu, '');
}

/** Undefined for disks and hosts, and for sizes of other regions. */
export function toVmSku(entry: unknown, region: string): VmSku | undefined {
  const parsed = Sku.safeParse(entry);
  if (!parsed.success || !parsed.data.locations.some((location) => regionOf(location) === region)) {
    return undefined;
  }
  const { capabilities, family, name, restrictions } = parsed.data;
  const restricted = restrictions.filter((restriction) => isAbout(restriction, region));
  return {
    name,
    family,
    vcpus: Number(capabilities.get('vCPUs') ?? 0),
    gpus: Number(capabilities.get('GPUs') ?? 0),
    zones: zonesOf(parsed.data, restricted, region),
    isOffered: restricted.every(({ type }) => type !== 'Location'),
    isSpotCapable: capabilities.get('LowPriorityCapable') === 'True',
  };
}

export function toUsage(entry: unknown): VcpuUsage | undefined {
  const { data } = Usage.safeParse(entry);
  if (data === undefined) {
    return undefined;
  }
  const { currentValue, limit, name } = data;
  return { name: name.value, localizedName: name.localizedValue ?? name.value, limit, used: currentValue };
}

type Restriction = Sku['restrictions'][number];

/** Of a restriction that names no region, every region is meant. */
function isAbout({ restrictionInfo, values }: Restriction, region: string): boolean {
  const named = restrictionInfo?.locations ?? [];
  const locations = named.length > 0 ? named : values;
  return locations.length === 0 || locations.some((location) => regionOf(location) === region);
}

function zonesOf({ locationInfo }: Sku, restricted: readonly Restriction[], region: string): readonly string[] {
  const zones = locationInfo.find(({ location }) => regionOf(location) === region)?.zones ?? [];
  const taken = restricted.flatMap(({ restrictionInfo, type }) =>
    type === 'Zone' ? (restrictionInfo?.zones ?? []) : [],
  );
  return zones.filter((zone) => !taken.includes(zone)).toSorted();
}
