/** How long what is known of a region holds. Spans scale with the cloud they are about. */
export interface OfferingSettings {
  /** Between two readings of the sizes. */
  readonly skusMaxAgeMs: number;
  /** A claim is created on no older figures of quotas than this. */
  readonly usagesMaxAgeMs: number;
  /** Until the cloud is asked again whether the identity may read them. */
  readonly notPermittedMs: number;
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
  /** For how long a size is not asked for again, by what it was refused for. */
  readonly unavailable: {
    readonly quotaMs: number;
    readonly allocationMs: number;
    readonly spotAllocationMs: number;
    /** Not to be had by this subscription here. */
    readonly notOfferedMs: number;
  };
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Whoever is told of a reading needs this long to use it, however fast the cloud is. */
const LEAST_USAGES_AGE_MS = 2 * SECOND;

export function offeringSettings(timeScale: number): OfferingSettings {
  return {
    skusMaxAgeMs: 6 * HOUR * timeScale,
    usagesMaxAgeMs: Math.max(LEAST_USAGES_AGE_MS, 10 * SECOND * timeScale),
    notPermittedMs: HOUR * timeScale,
    retryBaseMs: SECOND * timeScale,
    retryMaxMs: MINUTE * timeScale,
    unavailable: {
      quotaMs: 10 * MINUTE * timeScale,
      allocationMs: 10 * MINUTE * timeScale,
      spotAllocationMs: 30 * MINUTE * timeScale,
      notOfferedMs: 24 * HOUR * timeScale,
    },
  };
}
