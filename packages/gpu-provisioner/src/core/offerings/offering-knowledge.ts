import type { CapacityType, Quota } from '../pools/cloud.ts';
import type { VcpuUsage, VmSku } from './offering.ts';

/** The quotas as they were read, with what was accepted since. */
export interface UsagesRead {
  readonly readAt: Date;
  readonly list: readonly VcpuUsage[];
}

/**
 * What all claims know of the region. `NotPermitted`: the identity may not read it; `NotReadable`: the cloud did not
 * answer as it should. In both cases plans go on without it, and the cloud's refusals tell.
 */
export interface OfferingsKnowledge {
  /** `Loading`: the first question has not been answered. Once read the sizes stay, until they may not be read any more. */
  readonly skus: 'Loading' | 'NotPermitted' | 'NotReadable' | readonly VmSku[];
  /** `None`: not asked for, or too long ago. */
  readonly usages: 'None' | 'NotPermitted' | 'NotReadable' | UsagesRead;
}

/** Whatever the case, as ARM does; undefined also where the sizes are not known. */
export function findSku({ skus }: Pick<OfferingsKnowledge, 'skus'>, vmSize: string): VmSku | undefined {
  return typeof skus === 'string' ? undefined : skus.find(({ name }) => isSameName(name, vmSize));
}

/** The quotas that one more VM counts against. */
function quotasOf({ family }: Pick<VmSku, 'family'>, capacityType: CapacityType): readonly string[] {
  return capacityType === 'spot' ? ['lowPriorityCores'] : [family, 'cores'];
}

/** The first quota that has no room for one more VM; a quota that the cloud does not name does not limit. */
export function exhaustedQuota(
  { usages }: Pick<OfferingsKnowledge, 'usages'>,
  sku: Pick<VmSku, 'family' | 'vcpus'>,
  capacityType: CapacityType,
): Quota | undefined {
  const list = typeof usages === 'string' ? [] : usages.list;
  const needed = sku.vcpus;
  return quotasOf(sku, capacityType)
    .flatMap((wanted) => list.filter(({ name }) => isSameName(name, wanted)))
    .filter(({ limit, used }) => used + needed > limit)
    .map(({ limit, localizedName, used }) => {
      return { family: localizedName, limit, used, needed, remaining: Math.max(0, limit - used) };
    })
    .at(0);
}

/** What is used once these VMs are there, too. */
export function withAccepted(list: readonly VcpuUsage[], accepted: readonly AcceptedVm[]): readonly VcpuUsage[] {
  return list.map((usage) => {
    const more = accepted
      .filter((vm) => quotasOf(vm, vm.capacityType).some((name) => isSameName(name, usage.name)))
      .reduce((sum, { vcpus }) => sum + vcpus, 0);
    return more === 0 ? usage : { ...usage, used: usage.used + more };
  });
}

/** A VM whose pool was accepted. */
export interface AcceptedVm extends Pick<VmSku, 'family' | 'vcpus'> {
  readonly capacityType: CapacityType;
}

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
