import type { Wishes } from '../claim/wishes.ts';
import { exhaustedQuota, findSku } from '../offerings/offering-knowledge.ts';
import type { OfferingsKnowledge } from '../offerings/offering-knowledge.ts';
import type { VmSku } from '../offerings/offering.ts';
import { isNotOffered } from '../offerings/unavailable-offerings.ts';
import type { Offering, UnavailableOfferings } from '../offerings/unavailable-offerings.ts';
import type { CapacityType, CloudFailure } from '../pools/cloud.ts';

/** What keeps an offering from being asked for. */
export type Obstacle =
  /** Not to be had by this subscription here, whenever it is asked for: `rule` says why, after the offering's name. */
  | { readonly kind: 'NotOffered'; readonly field: 'size' | 'zone' | 'capacityType'; readonly rule: string }
  /** It may be had later. */
  | { readonly kind: 'Unavailable'; readonly failure: CloudFailure };

export interface Candidate {
  readonly offering: Offering;
  /** Absent: not known. */
  readonly sku?: VmSku;
  /** Absent: it may be asked for. */
  readonly obstacle?: Obstacle;
}

/** All that candidates are judged by. */
export interface OfferingsView extends OfferingsKnowledge {
  readonly unavailable: Pick<UnavailableOfferings, 'failure'>;
}

interface Judgement {
  readonly offerings: OfferingsView;
  readonly location: string;
  readonly now: Date;
}

/** The code under which Azure refuses what its quotas do not allow. */
const QUOTA_CODE = 'ErrCode_InsufficientVCPUQuota';

/** What the claim would take, in the order in which it is asked for: size by size, spot before on-demand, zone by zone. */
export function candidates(wishes: Wishes, judgement: Judgement): readonly Candidate[] {
  return wishes.sizes.flatMap((vmSize) => {
    const sku = findSku(judgement.offerings, vmSize);
    return wishes.capacityTypes.flatMap((capacityType) =>
      zonesOf(wishes, sku).map((zone): Candidate => {
        const offering = { vmSize: sku?.name ?? vmSize, capacityType, ...(zone !== undefined && { zone }) };
        const obstacle = obstacleOf(offering, sku, judgement);
        return { offering, ...(sku !== undefined && { sku }), ...(obstacle !== undefined && { obstacle }) };
      }),
    );
  });
}

/** A size that knows no zones here lies anywhere in the region, whatever zone was asked for (provisioner.md 5, 12). */
function zonesOf({ zones }: Wishes, sku: VmSku | undefined): readonly (string | undefined)[] {
  return zones === undefined || sku?.zones.length === 0 ? [undefined] : zones;
}

function obstacleOf(offering: Offering, sku: VmSku | undefined, judgement: Judgement): Obstacle | undefined {
  const { location, now, offerings } = judgement;
  const never = neverOffered(offering, sku, { ...judgement, isKnown: typeof offerings.skus !== 'string' });
  if (never !== undefined) {
    return never;
  }
  const failure = offerings.unavailable.failure(offering, now);
  if (failure !== undefined) {
    const rule = `is not offered to this subscription in ${location} (${failure.code})`;
    return isNotOffered(failure) ? { kind: 'NotOffered', field: 'size', rule } : { kind: 'Unavailable', failure };
  }
  return sku === undefined ? undefined : quotaObstacle(sku, offering.capacityType, offerings);
}

function neverOffered(
  { capacityType, zone }: Offering,
  sku: VmSku | undefined,
  { isKnown, location }: { readonly isKnown: boolean; readonly location: string },
): Obstacle | undefined {
  if (sku === undefined) {
    return isKnown ? { kind: 'NotOffered', field: 'size', rule: `is no VM size of ${location}` } : undefined;
  }
  if (!sku.isOffered) {
    const rule = `may not be used by this subscription in ${location}`;
    return { kind: 'NotOffered', field: 'size', rule };
  }
  if (zone !== undefined && !sku.zones.includes(zone)) {
    const rule = `is not offered in zone ${zone} of ${location}, but in ${sku.zones.join(', ')}`;
    return { kind: 'NotOffered', field: 'zone', rule };
  }
  return capacityType === 'spot' && !sku.isSpotCapable
    ? { kind: 'NotOffered', field: 'capacityType', rule: 'is not offered as spot' }
    : undefined;
}

function quotaObstacle(sku: VmSku, capacityType: CapacityType, offerings: OfferingsView): Obstacle | undefined {
  const quota = exhaustedQuota(offerings, sku, capacityType);
  return quota === undefined
    ? undefined
    : { kind: 'Unavailable', failure: { kind: 'QuotaExceeded', code: QUOTA_CODE, message: '', quota } };
}
