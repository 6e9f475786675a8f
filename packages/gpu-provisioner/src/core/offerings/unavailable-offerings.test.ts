import { beforeEach, describe, expect, it } from '@jest/globals';

import type { CloudFailure } from '../pools/cloud.ts';
import { plusMs } from '../time.ts';
import { offeringSettings } from './offering-settings.ts';
import { UnavailableOfferings } from './unavailable-offerings.ts';
import type { Offering } from './unavailable-offerings.ts';

const MINUTE = 60_000;
const now = new Date('2026-01-01T00:00:00Z');
const onDemand: Offering = { vmSize: 'Standard_NC6s_v3', capacityType: 'on-demand' };
const spot: Offering = { ...onDemand, capacityType: 'spot' };
const zonal: Offering = { ...onDemand, zone: '1' };

const noCapacity = failure('AllocationFailed');
const noQuota: CloudFailure = { kind: 'QuotaExceeded', code: 'QuotaExceeded', message: '', quota: {} };

function failure(code: string): CloudFailure {
  return { kind: 'SkuUnavailable', code, message: '' };
}

describe('what could not be had', () => {
  let memory: UnavailableOfferings;

  beforeEach(() => {
    memory = new UnavailableOfferings(offeringSettings(1).unavailable);
  });

  function isAvailable(offering: Offering, at = now): boolean {
    return memory.failure(offering, at) === undefined;
  }

  it('may be asked for as long as nothing is known', () => {
    expect(isAvailable(onDemand)).toBe(true);
  });

  it.each<[string, Offering, CloudFailure, number]>([
    ['no quota', onDemand, noQuota, 10],
    ['no quota for spot', spot, noQuota, 10],
    ['no capacity', onDemand, noCapacity, 10],
    ['no capacity for spot', spot, noCapacity, 30],
    ['no capacity at once', onDemand, failure('SkuNotAvailable'), 10],
    ['an unknown size', onDemand, failure('VMSizeNotSupported'), 24 * 60],
    ['a size that the subscription may not use', onDemand, failure('BadRequest'), 24 * 60],
  ])('is not asked for again for a while: %s', (_, offering, refused, minutes) => {
    memory.takeFailure(offering, refused, now);
    const end = plusMs(now, minutes * MINUTE);
    expect(memory.failure(offering, now)).toBe(refused);
    expect(isAvailable(offering, plusMs(end, -1))).toBe(false);
    expect(isAvailable(offering, end)).toBe(true);
  });

  it('is the size in whatever spelling', () => {
    memory.takeFailure(onDemand, noCapacity, now);
    expect(isAvailable({ ...onDemand, vmSize: 'standard_nc6S_V3' })).toBe(false);
  });

  it('leaves other zones and the region when one zone has none', () => {
    memory.takeFailure(zonal, failure('ZonalAllocationFailed'), now);
    expect(isAvailable(zonal)).toBe(false);
    expect(isAvailable({ ...zonal, zone: '2' })).toBe(true);
    expect(isAvailable(onDemand)).toBe(true);
  });

  it('leaves no zone when the region has none', () => {
    memory.takeFailure(onDemand, noCapacity, now);
    expect(isAvailable(zonal)).toBe(false);
  });

  it('means every zone when a quota does not suffice, and one capacity type', () => {
    memory.takeFailure(zonal, noQuota, now);
    expect(isAvailable({ ...zonal, zone: '2' })).toBe(false);
    expect(isAvailable(onDemand)).toBe(false);
    expect(isAvailable(spot)).toBe(true);
  });

  it('means spot as well when the subscription may not use the size', () => {
    memory.takeFailure(zonal, failure('BadRequest'), now);
    expect(isAvailable({ ...spot, zone: '3' })).toBe(false);
  });

  it('means one zone when the size is not offered in that', () => {
    memory.takeFailure(zonal, failure('AvailabilityZoneNotSupported'), now);
    expect(isAvailable({ ...zonal, capacityType: 'spot' })).toBe(false);
    expect(isAvailable(onDemand)).toBe(true);
  });

  it('counts the failure that lasts longest', () => {
    memory.takeFailure(onDemand, failure('BadRequest'), now);
    memory.takeFailure(onDemand, noCapacity, plusMs(now, MINUTE));
    expect(memory.failure(onDemand, plusMs(now, 24 * 60 * MINUTE - 1))).toEqual(failure('BadRequest'));
  });

  it('says nothing about failures of another kind', () => {
    memory.takeFailure(onDemand, { kind: 'Transient', code: 'X', message: '' }, now);
    memory.takeFailure(onDemand, { kind: 'Busy', code: 'X', message: '' }, now);
    expect(isAvailable(onDemand)).toBe(true);
  });
});
