import type { AgentPoolSpec, CapacityType, CloudFailure } from '../pools/cloud.ts';
import { plusMs } from '../time.ts';
import type { OfferingSettings } from './offering-settings.ts';

export interface Offering {
  readonly vmSize: string;
  /** Absent: anywhere in the region. */
  readonly zone?: string;
  readonly capacityType: CapacityType;
}

interface Entry {
  readonly until: Date;
  readonly failure: CloudFailure;
}

/** The codes of `SkuUnavailable` that do not pass with the next free VM: the subscription may not use the size. */
const NOT_OFFERED = /^(VMSizeNotSupported|BadRequest|AvailabilityZoneNotSupported)$/u;
const BOTH: readonly CapacityType[] = ['on-demand', 'spot'];

/** Whether it says that the subscription may not use the offering here, whenever it asks. */
export function isNotOffered({ code, kind }: CloudFailure): boolean {
  return kind === 'SkuUnavailable' && NOT_OFFERED.test(code);
}

/** The place that a pool takes, or is to take. */
export function offeringOf({ capacityType = 'on-demand', vmSize, zones = [] }: PlacedPool): Offering {
  const [zone, ...others] = zones;
  return { vmSize, capacityType, ...(zone !== undefined && others.length === 0 && { zone }) };
}

type PlacedPool = Pick<AgentPoolSpec, 'vmSize' | 'zones' | 'capacityType'>;

/** What could not be had lately, by size, zone and capacity type: nobody asks for it again before its time. */
export class UnavailableOfferings {
  readonly #spans: OfferingSettings['unavailable'];
  readonly #entries = new Map<string, Entry>();

  constructor(spans: OfferingSettings['unavailable']) {
    this.#spans = spans;
  }

  /** Failures that say nothing about the offering are not kept. */
  takeFailure(offering: Offering, failure: CloudFailure, now: Date): void {
    for (const [key, { until }] of this.#entries) {
      if (until <= now) {
        this.#entries.delete(key);
      }
    }
    for (const { spanMs, ...affected } of this.#affected(offering, failure)) {
      const until = plusMs(now, spanMs);
      const known = this.#entries.get(keyOf(affected));
      if (known === undefined || known.until < until) {
        this.#entries.set(keyOf(affected), { until, failure });
      }
    }
  }

  /**
   * What it was refused for, as long as that counts. A size that cannot be had in the region cannot be had in its zones;
   * the refusal that lasts longest counts.
   */
  failure({ capacityType, vmSize, zone }: Offering, now: Date): CloudFailure | undefined {
    const keys = [
      keyOf({ vmSize, capacityType }),
      ...(zone === undefined ? [] : [keyOf({ vmSize, zone, capacityType })]),
    ];
    return keys
      .flatMap((key) => this.#entries.get(key) ?? [])
      .filter(({ until }) => until > now)
      .toSorted((a, b) => b.until.getTime() - a.until.getTime())
      .at(0)?.failure;
  }

  #affected(offering: Offering, failure: CloudFailure): readonly (Offering & { readonly spanMs: number })[] {
    const { capacityType, vmSize, zone } = offering;
    const { allocationMs, notOfferedMs, quotaMs, spotAllocationMs } = this.#spans;
    if (failure.kind === 'QuotaExceeded') {
      return [{ vmSize, capacityType, spanMs: quotaMs }]; // quotas know no zones
    }
    if (failure.kind !== 'SkuUnavailable') {
      return [];
    }
    if (isNotOffered(failure)) {
      const isZonal = failure.code === 'AvailabilityZoneNotSupported' && zone !== undefined;
      return BOTH.map((type) => {
        return { vmSize, capacityType: type, ...(isZonal && { zone }), spanMs: notOfferedMs };
      });
    }
    return [{ ...offering, spanMs: capacityType === 'spot' ? spotAllocationMs : allocationMs }];
  }
}

function keyOf({ capacityType, vmSize, zone = '' }: Offering): string {
  return [vmSize.toLowerCase(), zone, capacityType].join('/');
}
