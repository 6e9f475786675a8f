import type { VcpuUsage, VmSku } from '@kaito/gpu-provisioner';

import type { CloudBehaviour } from './behaviour.ts';
import { coresUsed, LOW_PRIORITY, REGIONAL } from './room.ts';
import type { StoredPool } from './stored-pool.ts';
import { VM_SIZES } from './vm-sizes.ts';

/** Where a quota is not limited, Azure still names a limit. */
const AMPLE = { [REGIONAL]: 50_000, [LOW_PRIORITY]: 20_000, family: 20_000 } as const;

/** What the region offers the subscription. */
export function offeredSkus({ unavailableSizes, unavailableZones, zones }: CloudBehaviour): readonly VmSku[] {
  return VM_SIZES.map(({ family, gpus, name, vcpus }) => ({
    name,
    family,
    vcpus,
    gpus,
    zones: zones.filter((zone) => !(unavailableZones[name] ?? []).includes(zone)),
    isOffered: !unavailableSizes.includes(name),
    isSpotCapable: true,
  }));
}

/** What is used of the quotas, by the pools that are there or are being made. */
export function vcpuUsages({ quotas }: CloudBehaviour, pools: readonly StoredPool[]): readonly VcpuUsage[] {
  const placed = pools.filter((pool) => pool.isPlaced);
  const usage = (name: string, localizedName: string, ample: number): VcpuUsage => {
    return { name, localizedName, limit: quotas[name] ?? ample, used: coresUsed(name, placed) };
  };
  const families = new Set(VM_SIZES.map(({ family }) => family));
  return [
    usage(REGIONAL, 'Total Regional vCPUs', AMPLE[REGIONAL]),
    usage(LOW_PRIORITY, 'Total Regional Low-priority vCPUs', AMPLE[LOW_PRIORITY]),
    ...Array.from(families, (family) => usage(family, `${family} vCPUs`, AMPLE.family)),
  ];
}
